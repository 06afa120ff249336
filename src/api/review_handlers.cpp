#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <proviso/alerts/alerts.h>
#include <proviso/alerts/event_id.h>
#include <proviso/behaviour/appearance.h>

#include "alerts_json.h"
#include "evidence.h"
#include "handlers.h"
#include "house_view.h"
#include "problem.h"

namespace proviso::api {

namespace {

constexpr std::uint64_t kMostItems = 200;
constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostIds = 500;

Result<std::string> word_of(const Query& query, const std::string& name) {
    auto word = query.text(name).value_or("");
    if (word.size() > kLongestWord) {
        return invalid_input(fmt::format("'{}' is longer than any name", name));
    }
    return word;
}

template <class Words>
Result<std::string> word_of(const Query& query, const std::string& name, const Words& allowed) {
    auto word = PROVISO_TRY(word_of(query, name));
    if (word.empty() ||
        std::find(std::begin(allowed), std::end(allowed), word) != std::end(allowed)) {
        return word;
    }
    return invalid_input(
        fmt::format("'{}' may be {}", name, fmt::join(allowed, ", ")), "leave it out for all"
    );
}

/// What both lists take. A camera this person may not see gives an empty list, as an absent one.
template <class Asked>
Result<> read_common(const Call& call, Asked& asked) {
    asked.scope = call.user().cameras;
    if (auto name = call.query.text("camera")) {
        asked.camera = PROVISO_TRY(CameraId::parse(*name));
    }
    asked.zone = PROVISO_TRY(word_of(call.query, "zone"));
    asked.from = PROVISO_TRY(call.query.time("from"));
    asked.to = PROVISO_TRY(call.query.time("to"));
    auto limit = PROVISO_TRY(call.query.number("limit")).value_or(asked.limit);
    if (limit < 1 || limit > kMostItems) {
        return invalid_input("'limit' must be 1 to 200", "go on with 'before'");
    }
    asked.limit = limit;
    asked.before = call.query.text("before").value_or("");
    if (!asked.before.empty() && !alerts::is_event_id(asked.before)) {
        return invalid_input("'before' is not an id", "take 'next' of the page before");
    }
    return {};
}

template <class T>
Response page_json(const alerts::Page<T>& page, Json (*to_json)(const T&)) {
    auto list = Json::array();
    for (const auto& item : page.items) list.push_back(to_json(item));
    return Response::json(
        200, {{"items", std::move(list)}, {"next", page.more ? Json(page.items.back().id) : Json()}}
    );
}

Result<alerts::ReviewItem> find_item(Call& call) {
    auto item = PROVISO_TRY(call.rooms().alerts.review(call.parameters.front()));
    if (!item || !call.user().may_see(item->camera)) return not_here();
    return *std::move(item);
}

/// The picture of something seen at `at`, asked of the law and written down as recorded video is.
Result<Response> show_picture(
    Call& call, const CameraId& camera, const std::string& id, Timestamp at, bool there
) {
    if (!there || !call.documents->cameras.contains(camera)) return not_here();
    auto& rooms = call.rooms();
    auto answer = PROVISO_TRY(call.state.sittings.look(
        rooms.gate,
        rooms.ledger,
        rooms.clock,
        rooms.lifts,
        law::View{camera, call.user().id, false},
        {camera, media::StreamKind::Main},
        purpose_code(*call.documents, camera),
        at,
        at + microseconds(1)
    ));
    if (auto* refusal = std::get_if<law::Refusal>(&answer)) return problem(*refusal);
    auto jpeg = rooms.alerts.picture(id);
    if (!jpeg && jpeg.error().kind() == ErrorKind::NotFound) return not_here();
    if (!jpeg) return std::move(jpeg).error();
    return Response::text(200, "image/jpeg", std::string(as_text(*jpeg)));
}

Result<std::string> reason_of(ObjectReader& read) {
    auto reason = read.text("reason");
    if (reason.size() < 3 || reason.size() > 500) {
        read.fail("'reason' must have 3 to 500 characters", "say why");
    }
    return reason;
}

}  // namespace

Result<Response> list_review(Call& call) {
    alerts::ReviewQuery asked;
    PROVISO_TRY(read_common(call, asked));
    auto severity = PROVISO_TRY(
        word_of(call.query, "severity", std::array<std::string_view, 2>{"alert", "detection"})
    );
    if (!severity.empty()) {
        asked.severity =
            severity == "alert" ? alerts::Severity::Alert : alerts::Severity::Detection;
    }
    asked.kind = PROVISO_TRY(word_of(call.query, "kind"));
    if (call.query.text("viewed")) asked.viewed = PROVISO_TRY(call.query.flag("viewed"));
    return page_json(PROVISO_TRY(call.rooms().alerts.reviews(asked)), review_json);
}

Result<Response> list_tracks(Call& call) {
    alerts::TrackQuery asked;
    PROVISO_TRY(read_common(call, asked));
    asked.kind = PROVISO_TRY(word_of(call.query, "kind", behaviour::kObjectClasses));
    asked.colour = PROVISO_TRY(word_of(call.query, "colour", behaviour::kColours));
    asked.direction = PROVISO_TRY(word_of(
        call.query,
        "direction",
        std::array<std::string_view, 5>{"left", "right", "up", "down", "still"}
    ));
    asked.min_seconds = PROVISO_TRY(call.query.number("min_seconds"));
    return page_json(PROVISO_TRY(call.rooms().alerts.tracks(asked)), track_json);
}

Result<Response> mark_viewed(Call& call) {
    ObjectReader read(call.body, "mark");
    auto ids = read.texts_or_empty("ids");
    auto viewed = read.boolean("viewed");
    if (ids.empty() || ids.size() > kMostIds) {
        read.fail("'ids' must hold 1 to 500 ids", "mark the rest in a second request");
    }
    PROVISO_TRY(read.finish());
    auto changed = PROVISO_TRY(call.rooms().alerts.mark_viewed(ids, viewed, call.user().cameras));
    if (changed > 0) call.state.changes.publish({Topic::Review});
    return Response::json(200, {{"changed", changed}});
}

Result<Response> judge_review(Call& call) {
    ObjectReader read(call.body, "judgement");
    auto word = read.one_of("judgement", {"true", "false", "unsure"});
    auto note = read.text_or("note", {});
    auto rule = read.text_or("rule", {});
    if (note.size() > 500) read.fail("'note' is longer than 500 characters", "shorten it");
    if (rule.size() > kLongestWord) read.fail("'rule' is longer than any name");
    PROVISO_TRY(read.finish());
    auto item = PROVISO_TRY(find_item(call));
    bool any = std::any_of(item.findings.begin(), item.findings.end(), [&](const auto& finding) {
        return finding.kind != alerts::kSuspendedKind && (rule.empty() || finding.rule == rule);
    });
    if (!any) {
        return Error(
            ErrorKind::Conflict, "nothing in this item can be judged", "judge the alert itself"
        );
    }
    Json body{
        {"user", call.user().id.text()},
        {"camera", item.camera.text()},
        {"item", item.id},
        {"judgement", word}};
    if (!rule.empty()) body["rule"] = rule;
    PROVISO_TRY(write_down(
        call.rooms().ledger,
        "alert.judged",
        std::move(body),
        note.empty() ? Json() : Json{{"note", note}}
    ));
    auto judged =
        PROVISO_TRY(call.rooms().alerts.judge(item.id, *alerts::parse_judgement(word), rule));
    call.state.changes.publish({Topic::Review, Topic::Ledger});
    return Response::json(200, review_json(judged));
}

Result<Response> get_review_picture(Call& call) {
    auto item = PROVISO_TRY(find_item(call));
    return show_picture(call, item.camera, item.id, item.from, item.has_picture);
}

Result<Response> get_track_picture(Call& call) {
    auto track = PROVISO_TRY(call.rooms().alerts.track(call.parameters.front()));
    if (!track || !call.user().may_see(track->camera)) return not_here();
    return show_picture(call, track->camera, track->id, track->from, track->has_picture);
}

Result<Response> get_accuracy(Call& call) {
    auto list = Json::array();
    for (const auto& one : PROVISO_TRY(call.rooms().alerts.accuracy(call.user().cameras))) {
        list.push_back(accuracy_json(one));
    }
    return Response::json(200, list);
}

Result<Response> resume_rule(Call& call) {
    ObjectReader read(call.body, "resume");
    auto camera = CameraId::parse(read.text("camera"));
    auto rule = read.text("rule");
    auto reason = PROVISO_TRY(reason_of(read));
    PROVISO_TRY(read.finish());
    bool known =
        camera && call.user().may_see(*camera) && call.documents->cameras.contains(*camera);
    if (!known) return not_here();
    if (!call.rooms().alerts.suspended(*camera, rule)) {
        return Error(ErrorKind::Conflict, "this rule is not suspended", "see GET /api/accuracy");
    }
    PROVISO_TRY(write_down(
        call.rooms().ledger,
        "rule.resumed",
        {{"user", call.user().id.text()}, {"camera", camera->text()}, {"rule", rule}},
        {{"reason", reason}}
    ));
    PROVISO_TRY(call.rooms().alerts.resume(*camera, rule));
    call.state.changes.publish({Topic::Review, Topic::Ledger});
    return Response::nothing();
}

}  // namespace proviso::api
