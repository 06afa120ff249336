#include <fmt/format.h>

#include <proviso/crypto/hash.h>

#include "analytics.h"
#include "document_reader.h"

namespace proviso::registers {

namespace {

template <class T>
void set_if_given(Json& json, const char* key, const std::optional<T>& value) {
    if (value) json[key] = *value;
}

void set_if_given(Json& json, const char* key, const std::string& value) {
    if (!value.empty()) json[key] = value;
}

Json to_json(const CameraStream& stream) {
    return {{"url", stream.url}, {"transport", stream.transport}};
}

Json to_json(const Space& space) {
    auto json = Json::object();
    set_if_given(json, "kind", space.kind);
    set_if_given(json, "entrances", space.entrances);
    set_if_given(json, "staff_present", space.staff_present);
    set_if_given(json, "minors_expected", space.minors_expected);
    set_if_given(json, "overlooks", space.overlooks);
    return json;
}

/// Canonical JSON has no fractions: each becomes its millionths.
Json exact(const Json& json) {
    if (json.is_number_float()) return fmt::format("{:.6f}", json.get<double>());
    auto copy = json;
    if (json.is_structured()) {
        for (auto& part : copy) part = exact(part);
    }
    return copy;
}

}  // namespace

Json to_json(const Site& site) {
    Json controller = {
        {"name", site.controller.name},
        {"kind", site.controller.kind},
        {"country", site.controller.country}};
    set_if_given(controller, "exempt", site.controller.exempt);
    Json json = {
        {"kind", "site"},
        {"name", site.name.text()},
        {"title", site.title},
        {"jurisdictions", site.jurisdictions},
        {"sector", site.sector},
        {"timezone", site.timezone},
        {"storage_country", site.storage_country},
        {"controller", std::move(controller)}};
    set_if_given(json, "capacity", site.capacity);
    return json;
}

Json to_json(const Camera& camera) {
    Json json = {
        {"kind", "camera"},
        {"name", camera.name.text()},
        {"site", camera.site.text()},
        {"title", camera.title},
        {"purpose", camera.purpose.text()},
        {"main", to_json(camera.main)},
        {"accept_any_certificate", camera.accept_any_certificate},
        {"enabled", camera.enabled}};
    set_if_given(json, "footage_days", camera.footage_days);
    if (camera.sub) json["sub"] = to_json(*camera.sub);
    set_if_given(json, "user", camera.user);
    if (!camera.sealed_password.empty()) json["password_set"] = true;
    auto space = to_json(camera.space);
    if (!space.empty()) json["space"] = std::move(space);
    set_if_given(json, "subjects", camera.subjects);
    set_if_given(json, "audio", camera.audio);
    set_if_given(json, "ptz", camera.ptz);
    set_if_given(json, "mobile", camera.mobile);
    set_if_given(json, "masks", camera.masks);
    set_if_given(json, "onboard_analytics", camera.onboard_analytics);
    set_if_given(json, "max_bytes", camera.max_bytes);
    if (camera.masked_days) json["masked_archive"] = {{"days", *camera.masked_days}};
    if (camera.analytics) json["analytics"] = to_json(*camera.analytics);
    return json;
}

Json to_json(const Purpose& purpose) {
    Json json = {
        {"kind", "purpose"},
        {"name", purpose.name.text()},
        {"code", purpose.code},
        {"basis", purpose.basis}};
    set_if_given(json, "goal", purpose.goal);
    set_if_given(json, "text", purpose.text);
    return json;
}

Json to_json(const Record& record) {
    Json json = record.fields;
    json["kind"] = "record";
    json["name"] = record.name;
    json["record"] = record.kind;
    if (record.site) json["site"] = record.site->text();
    if (record.camera) json["camera"] = record.camera->text();
    if (record.valid_from) json["valid_from"] = to_iso8601(*record.valid_from);
    if (record.valid_until) json["valid_until"] = to_iso8601(*record.valid_until);
    set_if_given(json, "subject", record.subject);
    set_if_given(json, "text", record.text);
    if (record.withdrawn) json["withdrawn"] = true;
    return json;
}

std::string to_document_yaml(const Json& json) {
    auto rest = json;
    rest.erase("kind");
    rest.erase("name");
    // to_yaml() ends its text with a line end; quotes are needed for a name such as 12.
    return fmt::format(
        "kind: {}\nname: {}{}",
        json.at("kind").get<std::string>(),
        to_yaml(json.at("name")),
        to_yaml(rest)
    );
}

std::string digest_of(const Json& json) {
    return to_hex(crypto::sha256(as_bytes(canonical_json(exact(json)))));
}

}  // namespace proviso::registers
