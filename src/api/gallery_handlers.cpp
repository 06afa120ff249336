#include <algorithm>

#include <fmt/format.h>

#include <proviso/crypto/encode.h>
#include <proviso/recognise/recogniser.h>

#include "evidence.h"
#include "handlers.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

namespace {

constexpr std::size_t kMostPictures = 8;
constexpr std::size_t kLongestLabel = 100;
constexpr std::size_t kLongestReason = 500;
constexpr std::size_t kMostCameras = 1000;

/// What is not given is told as null, so that every answer has the same keys.
Json with_nulls(Json json, std::initializer_list<const char*> keys) {
    for (const auto* key : keys) {
        if (!json.contains(key)) json[key] = nullptr;
    }
    return json;
}

Json gallery_json(const recognise::Gallery& gallery) {
    return with_nulls(
        recognise::to_json(gallery), {"approver", "approved_by", "expires", "review"}
    );
}

Json person_json(const recognise::Person& person) {
    return with_nulls(recognise::to_json(person), {"approved_by", "expires", "review"});
}

/// What is absent looks like what is not there for other reasons.
template <class T>
Result<T> or_not_here(Result<T> result) {
    if (!result && result.error().kind() == ErrorKind::NotFound) return not_here();
    return result;
}

Result<recognise::GalleryId> gallery_of(const Call& call) {
    auto id = recognise::GalleryId::parse(call.parameters.front());
    if (!id) return not_here();
    return id;
}

Result<recognise::PersonId> person_of(const Call& call) {
    auto id = recognise::PersonId::parse(call.parameters[1]);
    if (!id) return not_here();
    return id;
}

std::optional<Day> day_in(ObjectReader& read, std::string_view key) {
    auto text = read.text_or(key, {});
    if (text.empty()) return std::nullopt;
    auto day = parse_day(text);
    if (!day) {
        read.fail(fmt::format("'{}' is not a day", key), "write it as 2026-11-22");
        return std::nullopt;
    }
    return *day;
}

double number_in(ObjectReader& read, std::string_view key, double fallback) {
    const auto& json = read.member(key);
    if (json.is_null()) return fallback;
    if (json.is_number()) return json.get<double>();
    read.fail(fmt::format("'{}' is not a number", key));
    return fallback;
}

Result<recognise::QualityFloor> floor_of(const Json& json) {
    recognise::QualityFloor floor;
    if (json.is_null()) return floor;
    ObjectReader read(json, "floor");
    floor.pixels = static_cast<int>(read.integer_or("pixels", 1, 10'000, floor.pixels));
    floor.score = number_in(read, "score", floor.score);
    floor.yaw = number_in(read, "yaw", floor.yaw);
    floor.sharpness = number_in(read, "sharpness", floor.sharpness);
    floor.light_least = number_in(read, "light_least", floor.light_least);
    floor.light_most = number_in(read, "light_most", floor.light_most);
    PROVISO_TRY(read.finish());
    return floor;
}

Result<recognise::GalleryDraft> draft_of(const Call& call) {
    ObjectReader read(call.body, "gallery");
    recognise::GalleryDraft draft;
    draft.id = PROVISO_TRY(gallery_of(call));
    auto kind = read.one_of("kind", {"consenting", "staff", "watch_list"});
    if (read.has("threshold")) draft.threshold = number_in(read, "threshold", draft.threshold);
    draft.reason = read.text("reason");
    if (draft.reason.size() > kLongestReason) read.fail("'reason' is over 500 characters");
    if (auto approver = read.text_or("approver", {}); !approver.empty()) {
        auto user = UserId::parse(approver);
        if (!user) read.fail("'approver' is not the id of a person", "take it from the users");
        if (user) draft.approver = *std::move(user);
    }
    draft.expires = day_in(read, "expires");
    draft.review = day_in(read, "review");
    auto cameras = read.texts_or_empty("cameras");
    if (cameras.size() > kMostCameras) read.fail("'cameras' holds more than 1000");
    for (const auto& text : cameras) {
        auto camera = CameraId::parse(text);
        if (!camera || !call.documents->cameras.contains(*camera)) {
            read.fail("'cameras' holds one that is not on record", "see GET /api/cameras");
            break;
        }
        draft.cameras.push_back(*std::move(camera));
    }
    const auto& floor = read.member("floor");
    PROVISO_TRY(read.finish());
    draft.kind = PROVISO_TRY(recognise::parse_gallery_kind(kind));
    draft.floor = PROVISO_TRY(floor_of(floor));
    return draft;
}

/// Wipes what is left of an enrolment, whatever comes of it.
struct Samples {
    std::vector<recognise::Sample> list;

    Samples() = default;
    Samples(const Samples&) = delete;
    Samples& operator=(const Samples&) = delete;

    ~Samples() {
        for (auto& sample : list) recognise::wipe(sample.face);
    }
};

Result<> read_picture(
    Call& call,
    const law::Permit<law::Enrol>& permit,
    const std::string& base64,
    std::size_t number,
    Samples& samples
) {
    auto jpeg = crypto::from_base64(base64);
    if (!jpeg) {
        return invalid_input(
            fmt::format("picture {} is not base64", number), "send the JPEG as standard base64"
        );
    }
    auto found = PROVISO_TRY(call.rooms().read_faces(permit, *jpeg));
    if (found.faces.size() == 1) {
        samples.list.push_back({std::move(found.faces.front()), found.picture_width});
        return {};
    }
    for (auto& face : found.faces) recognise::wipe(face);
    return invalid_input(
        fmt::format("picture {} shows {} faces", number, found.faces.size()),
        "give pictures that show the one person and nobody else"
    );
}

struct EnrolmentWish {
    recognise::Enrolment enrolment;
    std::vector<std::string> pictures;
};

Result<EnrolmentWish> wish_of(const Call& call) {
    ObjectReader read(call.body, "enrolment");
    EnrolmentWish wish;
    wish.enrolment.gallery = PROVISO_TRY(gallery_of(call));
    wish.enrolment.label = read.text("label");
    wish.enrolment.reason = read.text_or("reason", {});
    wish.enrolment.consent_record = read.text_or("consent_record", {});
    wish.enrolment.expires = day_in(read, "expires");
    wish.enrolment.review = day_in(read, "review");
    wish.enrolment.despite_likeness = read.boolean_or("despite_likeness", false);
    wish.pictures = read.texts_or_empty("pictures");
    if (wish.enrolment.label.empty() || wish.enrolment.label.size() > kLongestLabel) {
        read.fail("'label' must have 1 to 100 characters");
    }
    if (wish.enrolment.reason.size() > kLongestReason) read.fail("'reason' is over 500 characters");
    if (wish.pictures.empty() || wish.pictures.size() > kMostPictures) {
        read.fail("'pictures' must hold 1 to 8 pictures", "three or four from several sides do");
    }
    PROVISO_TRY(read.finish());
    return wish;
}

}  // namespace

Result<Response> list_galleries(Call& call) {
    auto list = Json::array();
    for (const auto& gallery : call.rooms().recogniser.galleries()) {
        list.push_back(gallery_json(gallery));
    }
    return Response::json(200, {{"galleries", std::move(list)}});
}

Result<Response> put_gallery(Call& call) {
    auto draft = PROVISO_TRY(draft_of(call));
    auto gallery = PROVISO_TRY(call.rooms().recogniser.put_gallery(draft, call.user().id));
    call.state.changes.publish({Topic::Galleries, Topic::Ledger});
    return Response::json(200, gallery_json(gallery));
}

Result<Response> approve_gallery(Call& call) {
    auto id = PROVISO_TRY(gallery_of(call));
    auto gallery =
        PROVISO_TRY(or_not_here(call.rooms().recogniser.approve_gallery(id, call.user().id)));
    call.state.changes.publish({Topic::Galleries, Topic::Ledger});
    return Response::json(200, gallery_json(gallery));
}

Result<Response> remove_gallery(Call& call) {
    auto id = PROVISO_TRY(gallery_of(call));
    PROVISO_TRY(or_not_here(call.rooms().recogniser.destroy_gallery(id, call.user().id)));
    call.state.changes.publish({Topic::Galleries, Topic::Ledger});
    return Response::nothing();
}

Result<Response> list_gallery_people(Call& call) {
    auto id = PROVISO_TRY(gallery_of(call));
    PROVISO_TRY(or_not_here(call.rooms().recogniser.gallery(id)));
    PROVISO_TRY(write_down(
        call.rooms().ledger,
        "gallery.read",
        {{"user", call.user().id.text()}, {"gallery", id.text()}}
    ));
    auto people = PROVISO_TRY(or_not_here(call.rooms().recogniser.people(id)));
    auto list = Json::array();
    for (const auto& person : people) list.push_back(person_json(person));
    return Response::json(200, {{"people", std::move(list)}});
}

Result<Response> enrol_person(Call& call) {
    auto wish = PROVISO_TRY(wish_of(call));
    auto& rooms = call.rooms();
    auto gallery = PROVISO_TRY(or_not_here(rooms.recogniser.gallery(wish.enrolment.gallery)));
    auto subject = PROVISO_TRY(recognise::subject_of(*call.documents, wish.enrolment));
    if (!rooms.read_faces) {
        return Error(
            ErrorKind::Unavailable, "no eyes run on this server", "see the vision configuration"
        );
    }
    auto answer = recognise::ask_to_enrol(rooms.gate, gallery, subject);
    if (!answer) return undecided(std::move(answer).error());
    if (auto* refusal = std::get_if<law::Refusal>(&*answer)) return problem(*refusal);
    auto& permits = std::get<std::vector<law::Permit<law::Enrol>>>(*answer);
    if (permits.empty()) {
        return Error(
            ErrorKind::Conflict, "the gallery is used by no camera", "give it cameras first"
        );
    }
    Samples samples;
    for (std::size_t i = 0; i < wish.pictures.size(); ++i) {
        PROVISO_TRY(read_picture(call, permits.front(), wish.pictures[i], i + 1, samples));
    }
    wish.enrolment.samples = std::exchange(samples.list, {});
    auto person =
        PROVISO_TRY(rooms.recogniser.enrol(permits, std::move(wish.enrolment), call.user().id));
    call.state.changes.publish({Topic::Galleries, Topic::Ledger});
    return Response::json(201, person_json(person));
}

Result<Response> approve_person(Call& call) {
    auto id = PROVISO_TRY(gallery_of(call));
    auto person = PROVISO_TRY(person_of(call));
    auto approved =
        PROVISO_TRY(or_not_here(call.rooms().recogniser.approve_person(id, person, call.user().id))
        );
    call.state.changes.publish({Topic::Galleries, Topic::Ledger});
    return Response::json(200, person_json(approved));
}

Result<Response> review_person(Call& call) {
    auto id = PROVISO_TRY(gallery_of(call));
    auto person = PROVISO_TRY(person_of(call));
    ObjectReader read(call.body, "review");
    auto next = parse_day(read.text("next"));
    if (!next) read.fail("'next' is not a day", "write it as 2026-11-22");
    PROVISO_TRY(read.finish());
    auto reviewed = PROVISO_TRY(
        or_not_here(call.rooms().recogniser.review_person(id, person, *next, call.user().id))
    );
    call.state.changes.publish({Topic::Galleries, Topic::Ledger});
    return Response::json(200, person_json(reviewed));
}

Result<Response> remove_person(Call& call) {
    auto id = PROVISO_TRY(gallery_of(call));
    auto person = PROVISO_TRY(person_of(call));
    PROVISO_TRY(or_not_here(call.rooms().recogniser.erase_person(id, person, call.user().id)));
    call.state.changes.publish({Topic::Galleries, Topic::Ledger});
    return Response::nothing();
}

Result<Response> get_threshold_figures(Call& call) {
    auto id = PROVISO_TRY(gallery_of(call));
    auto figures = PROVISO_TRY(or_not_here(call.rooms().recogniser.all_threshold_figures(id)));
    auto now = PROVISO_TRY(or_not_here(call.rooms().recogniser.threshold_figures(id)));
    auto json = [](const recognise::ThresholdFigures& one) {
        return with_nulls(
            recognise::to_json(one),
            {"fmr",
             "fnmr",
             "false_alerts_per_day",
             "false_alerts_per_day_at_most",
             "worst_group",
             "worst_over_mean",
             "groups_too_small"}
        );
    };
    auto list = Json::array();
    for (const auto& one : figures) list.push_back(json(one));
    return Response::json(200, {{"current", json(now)}, {"figures", std::move(list)}});
}

}  // namespace proviso::api
