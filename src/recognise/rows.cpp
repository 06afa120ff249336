#include "rows.h"

#include "words.h"

namespace proviso::recognise {

namespace {

Error damaged(const char* what) { return {ErrorKind::Corrupt, what}; }

Result<std::optional<UserId>> user(const Json& json, const char* key) {
    auto found = json.find(key);
    if (found == json.end()) return std::optional<UserId>();
    if (!found->is_string()) return damaged("a user id in the galleries is damaged");
    return std::optional(PROVISO_TRY(UserId::parse(found->get<std::string>())));
}

Result<std::optional<Day>> day(const Json& json, const char* key) {
    auto found = json.find(key);
    if (found == json.end()) return std::optional<Day>();
    if (!found->is_string()) return damaged("a day in the galleries is damaged");
    return std::optional(PROVISO_TRY(parse_day(found->get<std::string>())));
}

std::string text(const Json& json, const char* key) {
    auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double number(const Json& json, const char* key, double none) {
    auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : none;
}

}  // namespace

Result<Gallery> read_gallery(const Json& json) {
    if (!json.is_object() || !json.contains("floor") || !json.contains("cameras")) {
        return damaged("a gallery is damaged");
    }
    Gallery gallery;
    auto& terms = gallery.terms;
    terms.id = PROVISO_TRY(GalleryId::parse(text(json, "id")));
    terms.kind = PROVISO_TRY(parse_gallery_kind(text(json, "kind")));
    terms.reason = text(json, "reason");
    terms.threshold = number(json, "threshold", 1);
    const auto& floor = json["floor"];
    terms.floor.pixels = static_cast<int>(number(floor, "pixels", terms.floor.pixels));
    terms.floor.score = number(floor, "score", terms.floor.score);
    terms.floor.yaw = number(floor, "yaw", terms.floor.yaw);
    terms.floor.sharpness = number(floor, "sharpness", terms.floor.sharpness);
    terms.floor.light_least = number(floor, "light_least", terms.floor.light_least);
    terms.floor.light_most = number(floor, "light_most", terms.floor.light_most);
    for (const auto& camera : json["cameras"]) {
        if (!camera.is_string()) return damaged("a gallery is damaged");
        terms.cameras.push_back(PROVISO_TRY(CameraId::parse(camera.get<std::string>())));
    }
    terms.approver = PROVISO_TRY(user(json, "approver"));
    terms.expires = PROVISO_TRY(day(json, "expires"));
    terms.review = PROVISO_TRY(day(json, "review"));
    gallery.author = PROVISO_TRY(UserId::parse(text(json, "author")));
    gallery.changed = PROVISO_TRY(parse_timestamp(text(json, "changed")));
    gallery.approved_by = PROVISO_TRY(user(json, "approved_by"));
    gallery.model = text(json, "model");
    return gallery;
}

Json bare_json(const Person& person) {
    auto json = to_json(person);
    for (const auto* key : {"label", "reason", "state"}) json.erase(key);
    return json;
}

Result<Person> read_person(const Json& json) {
    if (!json.is_object()) return damaged("an enrolled person is damaged");
    Person person;
    person.id = PROVISO_TRY(PersonId::parse(text(json, "id")));
    person.consent_record = text(json, "consent_record");
    person.author = PROVISO_TRY(UserId::parse(text(json, "author")));
    person.enrolled = PROVISO_TRY(parse_timestamp(text(json, "enrolled")));
    person.approved_by = PROVISO_TRY(user(json, "approved_by"));
    person.expires = PROVISO_TRY(day(json, "expires"));
    person.review = PROVISO_TRY(day(json, "review"));
    person.pictures = static_cast<std::size_t>(number(json, "pictures", 0));
    return person;
}

}  // namespace proviso::recognise
