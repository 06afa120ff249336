#include <fmt/format.h>

#include <proviso/law/facts.h>
#include <proviso/law/retention.h>

namespace proviso::law {

namespace {

template <class T>
void state(Json& json, const char* key, const std::optional<T>& value) {
    if (value) json[key] = *value;
}

void state(Json& json, const char* key, const std::string& value) {
    if (!value.empty()) json[key] = value;
}

Json record_fact(const registers::Record& record) {
    Json fact = {{"kind", record.kind}};
    if (record.valid_from) fact["valid_from"] = to_iso8601(*record.valid_from);
    if (record.valid_until) fact["valid_until"] = to_iso8601(*record.valid_until);
    for (const auto* key : {"covers", "entrances", "age_days", "question", "entity"}) {
        auto field = record.fields.find(key);
        if (field != record.fields.end()) fact[key] = *field;
    }
    // What the register does not say is not left open: such a record speaks for no one and nothing.
    if (record.kind == "counsel_attestation" && !fact.contains("question")) {
        fact["question"] = "none on record";
    }
    if (record.subject.empty() && !fact.contains("covers")) fact["covers"] = 0;
    return fact;
}

Json records_of(
    const registers::Snapshot& snapshot, const registers::Camera& camera, const std::string& subject
) {
    Json records = Json::array();
    for (const auto& [name, record] : snapshot.records) {
        if (record.withdrawn) continue;
        if (record.site && *record.site != camera.site) continue;
        if (record.camera && *record.camera != camera.name) continue;
        if (!record.subject.empty() && record.subject != subject) continue;
        records.push_back(record_fact(record));
        if (!record.subject.empty()) records.back()["covers"] = "all";
    }
    return records;
}

Json space_of(const registers::Space& space) {
    auto json = Json::object();
    state(json, "overlooks", space.overlooks);
    state(json, "kind", space.kind);
    state(json, "entrances", space.entrances);
    state(json, "staff_present", space.staff_present);
    state(json, "minors_expected", space.minors_expected);
    return json;
}

}  // namespace

Result<Json> facts_of(
    const Packs& packs,
    Day on,
    const registers::Snapshot& snapshot,
    const CameraId& name,
    const std::vector<PlaceFact>& places,
    const std::string& subject
) {
    auto found = snapshot.cameras.find(name);
    if (found == snapshot.cameras.end()) {
        return Error(ErrorKind::NotFound, fmt::format("there is no camera '{}'", name.text()));
    }
    const auto& camera = found->second;
    Json facts = Json::object();
    if (auto site = snapshot.sites.find(camera.site); site != snapshot.sites.end()) {
        const auto& controller = site->second.controller;
        facts["controller"] = Json::object();
        state(facts["controller"], "exempt", controller.exempt);
        state(facts["controller"], "kind", controller.kind);
        state(facts["controller"], "country", controller.country);
        facts["site"] = {{"jurisdictions", site->second.jurisdictions}};
        state(facts["site"], "sector", site->second.sector);
        state(facts["site"], "capacity", site->second.capacity);
        if (!site->second.storage_country.empty()) {
            facts["places"].push_back({{"role", "store"}, {"country", site->second.storage_country}}
            );
        }
    }
    for (const auto& place : places) {
        facts["places"].push_back({{"role", place.role}, {"country", place.country}});
    }
    facts["space"] = space_of(camera.space);
    facts["camera"] = {{"audio", false}};
    state(facts["camera"], "masks", camera.masks);
    state(facts["camera"], "onboard_analytics", camera.onboard_analytics);
    state(facts["camera"], "ptz", camera.ptz);
    state(facts["camera"], "mobile", camera.mobile);
    if (auto purpose = snapshot.purposes.find(camera.purpose); purpose != snapshot.purposes.end()) {
        facts["purpose"] = Json::object();
        state(facts["purpose"], "code", purpose->second.code);
        state(facts["purpose"], "basis", purpose->second.basis);
        state(facts["purpose"], "goal", purpose->second.goal);
    }
    state(facts, "subjects", camera.subjects);
    facts["retention"] = {{"footage_days", footage_days(packs, snapshot, camera, on)}};
    facts["records"] = records_of(snapshot, camera, subject);
    return facts;
}

Result<policy::Facts> facts_for(
    const Packs& packs,
    Day on,
    const registers::Snapshot& snapshot,
    const CameraId& camera,
    const Json& question,
    const std::vector<PlaceFact>& places,
    const std::string& subject
) {
    auto facts = PROVISO_TRY(facts_of(packs, on, snapshot, camera, places, subject));
    for (const auto& [key, value] : question.items()) {
        if (value.is_object() && facts.contains(key)) {
            facts[key].update(value);
        } else {
            facts[key] = value;
        }
    }
    return policy::Facts::from_json(facts).while_doing("facts of camera " + camera.text());
}

}  // namespace proviso::law
