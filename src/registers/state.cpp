#include "state.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "field_rules.h"

namespace proviso::registers {

namespace {

/// Who would be given the password of this camera, and how carefully.
std::set<std::string> authorities(const Camera& camera) {
    std::set<std::string> all{authority_of(camera.main.url)};
    if (camera.sub) all.insert(authority_of(camera.sub->url));
    return all;
}

/// A stored password must not leave for an address, or over a connection, that it was not given
/// for: who may edit a camera could have it sent to himself.
bool may_keep_password(const Camera& before, const Camera& after) {
    auto known = authorities(before);
    auto asked = authorities(after);
    return std::includes(known.begin(), known.end(), asked.begin(), asked.end()) &&
           (before.accept_any_certificate || !after.accept_any_certificate);
}

Error in_use(std::string_view kind, std::string_view name, std::string_view by) {
    return {
        ErrorKind::Conflict,
        fmt::format("{} '{}' is in use by {}", kind, name, by),
        "change or remove that first"};
}

Error missing(const std::string& who, std::string_view kind, std::string_view name) {
    return invalid_input(
        fmt::format("{} refers to the {} '{}', which is not on record", who, kind, name),
        fmt::format("apply the {} together with it", kind)
    );
}

}  // namespace

Result<> check_kind(std::string_view kind) {
    static const std::vector<std::string> kKinds{"site", "camera", "purpose", "record"};
    if (std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end()) return {};
    auto close = nearest(kind, kKinds);
    return invalid_input(
        "there is no such kind of document",
        close.empty() ? "use site, camera, purpose or record"
                      : fmt::format("did you mean '{}'?", close)
    );
}

Json find_document(const Snapshot& state, std::string_view kind, std::string_view name) {
    auto in = [&](const auto& all, auto id) -> Json {
        if (!id) return nullptr;
        auto found = all.find(*id);
        return found == all.end() ? Json() : to_json(found->second);
    };
    if (kind == "site") return in(state.sites, SiteId::parse(name));
    if (kind == "camera") return in(state.cameras, CameraId::parse(name));
    if (kind == "purpose") return in(state.purposes, PurposeId::parse(name));
    return in(state.records, Result<std::string>(std::string(name)));
}

Result<> restore(Snapshot& state, const Json& document, const std::string& sealed_password) {
    auto read = PROVISO_TRY(read_document(document, "stored document"));
    if (auto* site = std::get_if<Site>(&read)) state.sites[site->name] = *site;
    if (auto* purpose = std::get_if<Purpose>(&read)) state.purposes[purpose->name] = *purpose;
    if (auto* record = std::get_if<Record>(&read)) state.records[record->name] = *record;
    if (auto* camera = std::get_if<CameraDocument>(&read)) {
        camera->camera.sealed_password = sealed_password;
        state.cameras[camera->camera.name] = camera->camera;
    }
    return {};
}

void Draft::note(
    std::string_view kind, std::string_view name, const Json& before, Operation operation
) {
    operation.kind = kind;
    operation.name = name;
    if (operation.what.empty()) {
        operation.what = before.is_null() ? "created" : "changed";
        if (before == operation.document && operation.password.empty()) {
            operation.what = "unchanged";
        }
    }
    touched_.push_back({operation.kind, operation.name, operation.what});
    if (operation.what == "unchanged") return;
    operation.digest = digest_of(operation.document);
    operations_.push_back(std::move(operation));
}

Result<> Draft::put(Document document, std::string_view where) {
    if (auto* camera = std::get_if<CameraDocument>(&document)) {
        return put_camera(std::move(*camera), where);
    }
    if (auto* record = std::get_if<Record>(&document)) {
        return put_record(std::move(*record), where);
    }
    auto place = [&](std::string_view kind, auto& all, auto& value) {
        auto before = find_document(state_, kind, value.name.text());
        note(kind, value.name.text(), before, Operation::of(to_json(value)));
        all[value.name] = std::move(value);
    };
    if (auto* site = std::get_if<Site>(&document)) place("site", state_.sites, *site);
    if (auto* purpose = std::get_if<Purpose>(&document)) {
        place("purpose", state_.purposes, *purpose);
    }
    return {};
}

Result<> Draft::put_camera(CameraDocument document, std::string_view where) {
    auto& camera = document.camera;
    auto found = state_.cameras.find(camera.name);
    auto before = found == state_.cameras.end() ? Json() : to_json(found->second);
    bool stored = found != state_.cameras.end() && !found->second.sealed_password.empty() &&
                  found->second.user == camera.user;
    if (document.password.given.empty() && stored) {
        if (!may_keep_password(found->second, camera)) {
            return invalid_input(
                fmt::format(
                    "{} (camera '{}'): its address or its trust changed, and the stored password "
                    "was not given for that",
                    where,
                    camera.name.text()
                ),
                "give 'password' again"
            );
        }
        camera.sealed_password = found->second.sealed_password;
    } else if (document.password.given.empty() && document.password.set) {
        return invalid_input(
            fmt::format(
                "{} (camera '{}'): no password is stored for this user", where, camera.name.text()
            ),
            "give 'password', or remove 'password_set'"
        );
    }
    Operation operation;
    operation.password = std::move(document.password.given);
    operation.sealed_password = camera.sealed_password;
    operation.document = to_json(camera);
    if (!operation.password.empty()) operation.document["password_set"] = true;
    note("camera", camera.name.text(), before, std::move(operation));
    auto name = camera.name;
    state_.cameras[name] = std::move(camera);
    return {};
}

Result<> Draft::put_record(Record record, std::string_view where) {
    auto found = state_.records.find(record.name);
    auto before = found == state_.records.end() ? Json() : to_json(found->second);
    auto operation = Operation::of(to_json(record));
    if (found != state_.records.end() && found->second.withdrawn != record.withdrawn) {
        if (!record.withdrawn) {
            return Error(
                ErrorKind::Conflict,
                fmt::format("{} (record '{}'): it was withdrawn", where, record.name),
                "put a new one on record under another name"
            );
        }
        operation.what = "withdrawn";
    }
    note("record", record.name, before, std::move(operation));
    auto name = record.name;
    state_.records[name] = std::move(record);
    return {};
}

Result<> Draft::withdraw(std::string_view name) {
    auto found = state_.records.find(std::string(name));
    if (found == state_.records.end()) {
        return Error(ErrorKind::NotFound, "there is no such record", "see 'proviso get records'");
    }
    if (found->second.withdrawn) {
        return Error(
            ErrorKind::Conflict, fmt::format("the record '{}' is withdrawn already", found->first)
        );
    }
    withdraw_records([&](const Record& record) { return record.name == found->first; });
    return {};
}

void Draft::withdraw_records(const std::function<bool(const Record&)>& concerned) {
    for (auto& [name, record] : state_.records) {
        if (record.withdrawn || !concerned(record)) continue;
        auto before = to_json(record);
        record.withdrawn = true;
        note("record", name, before, Operation::of(to_json(record), "withdrawn"));
    }
}

Result<> Draft::remove(std::string_view kind, std::string_view name) {
    PROVISO_TRY(check_kind(kind));
    if (kind == "record") {
        return invalid_input("a record is never removed", "withdraw it");
    }
    auto before = find_document(state_, kind, name);
    if (before.is_null()) {
        return Error(ErrorKind::NotFound, fmt::format("there is no such {}", kind));
    }
    for (const auto& [id, camera] : state_.cameras) {
        if (kind == "site" && camera.site.text() == name) {
            return in_use(kind, name, fmt::format("the camera '{}'", id.text()));
        }
        if (kind == "purpose" && camera.purpose.text() == name) {
            return in_use(kind, name, fmt::format("the camera '{}'", id.text()));
        }
    }
    withdraw_records([&](const Record& record) {
        return (kind == "camera" && record.camera && record.camera->text() == name) ||
               (kind == "site" && record.site && record.site->text() == name);
    });
    note(kind, name, before, Operation::of(before, "removed"));
    if (kind == "site") state_.sites.erase(*SiteId::parse(name));
    if (kind == "camera") state_.cameras.erase(*CameraId::parse(name));
    if (kind == "purpose") state_.purposes.erase(*PurposeId::parse(name));
    return {};
}

Result<> Draft::check_references() const {
    for (const auto& [name, camera] : state_.cameras) {
        auto who = fmt::format("camera '{}'", name.text());
        if (!state_.sites.contains(camera.site)) return missing(who, "site", camera.site.text());
        if (!state_.purposes.contains(camera.purpose)) {
            return missing(who, "purpose", camera.purpose.text());
        }
    }
    for (const auto& [name, record] : state_.records) {
        if (record.withdrawn) continue;
        auto who = fmt::format("record '{}'", name);
        if (record.site && !state_.sites.contains(*record.site)) {
            return missing(who, "site", record.site->text());
        }
        if (!record.camera) continue;
        auto camera = state_.cameras.find(*record.camera);
        if (camera == state_.cameras.end()) return missing(who, "camera", record.camera->text());
        if (record.site && camera->second.site != *record.site) {
            return invalid_input(
                fmt::format("{}: its camera is not at its site", who), "remove 'site'"
            );
        }
    }
    return {};
}

void Draft::set_sealed(std::size_t index, std::string sealed) {
    auto& operation = operations_[index];
    operation.password.clear();
    operation.sealed_password = sealed;
    state_.cameras[*CameraId::parse(operation.name)].sealed_password = std::move(sealed);
}

}  // namespace proviso::registers
