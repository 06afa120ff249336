#include <algorithm>

#include <fmt/format.h>

#include <proviso/identity/approvals.h>
#include <proviso/law/lifts.h>

#include "handlers.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

namespace {

using identity::Approval;
using identity::Wanted;
using law::Lift;

constexpr std::size_t kMostCameras = 200;

/// Who it is, as far as it is known: people agree to what a person asks, not an id.
Json person_json(Call& call, const UserId& id) {
    auto user = call.rooms().identity.user(id);
    bool known = user && *user;
    return {{"id", id.text()}, {"login", known ? Json((*user)->login) : Json()}};
}

Json person_json(Call& call, const std::optional<UserId>& id) {
    return id ? person_json(call, *id) : Json();
}

Json time_json(const std::optional<Timestamp>& at) { return at ? Json(to_iso8601(*at)) : Json(); }

Json names_json(const std::vector<CameraId>& cameras) {
    auto list = Json::array();
    for (const auto& camera : cameras) list.push_back(camera.text());
    return list;
}

bool sees_all(const identity::User& user, const std::vector<CameraId>& cameras) {
    return std::all_of(cameras.begin(), cameras.end(), [&](const auto& camera) {
        return user.may_see(camera);
    });
}

Json approval_json(Call& call, const Approval& approval) {
    const auto& user = call.user();
    bool waits = approval.state == identity::ApprovalState::Waiting;
    return {
        {"id", approval.id},
        {"operation", approval.wanted.operation},
        {"request", approval.wanted.request},
        {"cameras", names_json(approval.wanted.cameras)},
        {"digest", approval.digest},
        {"requester", person_json(call, approval.requester)},
        {"asked", to_iso8601(approval.asked)},
        {"expires", to_iso8601(approval.expires)},
        {"state", identity::to_string(approval.state)},
        {"decided_by", person_json(call, approval.decided_by)},
        {"mine", approval.requester == user.id},
        {"may_decide",
         waits && approval.requester != user.id && identity::may_agree(user, approval.wanted)}};
}

Json review_json(Call& call, const Lift& lift) {
    if (!lift.review_due) return nullptr;
    bool late = !lift.reviewed && *lift.review_due < call.rooms().clock.now();
    bool mine = lift.what.user == call.user().id;
    Wanted same{"lift", Json::object(), lift.what.cameras};
    return {
        {"due", to_iso8601(*lift.review_due)},
        {"state",
         lift.reviewed ? "done"
         : late        ? "overdue"
                       : "due"},
        {"at", time_json(lift.reviewed)},
        {"by", person_json(call, lift.reviewed_by)},
        {"finding", lift.finding.empty() ? Json() : Json(lift.finding)},
        {"note", lift.note.empty() ? Json() : Json(lift.note)},
        {"may_review",
         lift.ended && !lift.reviewed && !mine && identity::may_agree(call.user(), same)}};
}

Json lift_json(Call& call, const Lift& lift) {
    auto now = call.rooms().clock.now();
    bool over = lift.ended || now >= lift.ends;
    return {
        {"id", lift.id},
        {"state", over ? "ended" : "running"},
        {"user", person_json(call, lift.what.user)},
        {"mine", lift.what.user == call.user().id},
        {"cameras", names_json(lift.what.cameras)},
        {"reason", lift.what.reason},
        {"exports", lift.what.exports},
        {"break_glass", lift.what.break_glass},
        {"approved_by", person_json(call, lift.what.approved_by)},
        {"begins", to_iso8601(lift.begins)},
        {"ends", to_iso8601(lift.ends)},
        {"ended", time_json(lift.ended)},
        {"how", lift.how.empty() ? Json() : Json(lift.how)},
        {"review", review_json(call, lift)}};
}

struct Asked {
    Wanted wanted;
    law::LiftDraft draft;
};

Result<Asked> read_asked(Call& call) {
    const auto& rules = call.rooms().lift_rules;
    ObjectReader read(call.body, "lift");
    auto names = read.texts_or_empty("cameras");
    auto minutes = read.integer_or("minutes", 1, rules.longest.count(), 10);
    auto reason = read.text("reason");
    auto exports = read.boolean_or("exports", false);
    auto break_glass = read.boolean_or("break_glass", false);
    auto approval = read.text_or("approval", {});
    if (reason.size() < 3 || reason.size() > 500) {
        read.fail("'reason' must have 3 to 500 characters", "say why");
    }
    if (names.empty() || names.size() > kMostCameras) {
        read.fail("'cameras' must hold 1 to 200 cameras", "name them");
    }
    if (break_glass && (exports || !approval.empty())) {
        read.fail(
            "'break_glass' goes with neither 'exports' nor 'approval'", "leave the others out"
        );
    }
    PROVISO_TRY(read.finish());
    Asked asked;
    for (const auto& name : names) {
        auto camera = CameraId::parse(name);
        bool known =
            camera && call.user().may_see(*camera) && call.documents->cameras.contains(*camera);
        if (!known) return not_here();
        asked.draft.cameras.push_back(*std::move(camera));
    }
    auto& cameras = asked.draft.cameras;
    std::sort(cameras.begin(), cameras.end());
    cameras.erase(std::unique(cameras.begin(), cameras.end()), cameras.end());
    asked.draft.user = call.user().id;
    asked.draft.reason = reason;
    asked.draft.length = std::chrono::minutes(minutes);
    asked.draft.exports = exports;
    asked.draft.break_glass = break_glass;
    asked.draft.approval = approval;
    asked.wanted = {
        "lift", {{"minutes", minutes}, {"reason", reason}, {"exports", exports}}, cameras};
    return asked;
}

bool needs_second(const LiftRules& rules, const law::LiftDraft& draft) {
    if (draft.break_glass) return false;
    if (rules.second_person == LiftRules::SecondPerson::Exports) return draft.exports;
    return rules.second_person == LiftRules::SecondPerson::Always;
}

std::string_view word_of(LiftRules::SecondPerson second) {
    switch (second) {
        case LiftRules::SecondPerson::Never: return "never";
        case LiftRules::SecondPerson::Exports: return "exports";
        case LiftRules::SecondPerson::Always: return "always";
    }
    return "always";
}

Result<std::string> id_of(const Call& call) {
    if (!Uuid::parse(call.parameters.front())) return not_here();
    return call.parameters.front();
}

/// Of a lift this person may know of; absent and not theirs look the same.
Result<Lift> find_lift(Call& call) {
    auto lift = PROVISO_TRY(call.rooms().lifts.find(PROVISO_TRY(id_of(call))));
    if (!lift || !sees_all(call.user(), lift->what.cameras)) return not_here();
    return *std::move(lift);
}

Result<Approval> find_approval(Call& call) {
    auto approval = PROVISO_TRY(call.rooms().approvals.find(PROVISO_TRY(id_of(call))));
    if (!approval || !sees_all(call.user(), approval->wanted.cameras)) return not_here();
    return *std::move(approval);
}

}  // namespace

Result<Response> list_lifts(Call& call) {
    auto list = Json::array();
    for (const auto& lift : PROVISO_TRY(call.rooms().lifts.recent())) {
        if (sees_all(call.user(), lift.what.cameras)) list.push_back(lift_json(call, lift));
    }
    const auto& rules = call.rooms().lift_rules;
    return Response::json(
        200,
        {{"lifts", std::move(list)},
         {"rules",
          {{"second_person", word_of(rules.second_person)},
           {"longest_minutes", rules.longest.count()},
           {"break_glass", rules.break_glass},
           {"told", rules.told ? rules.told() : 0}}}}
    );
}

Result<Response> begin_lift(Call& call) {
    auto asked = PROVISO_TRY(read_asked(call));
    auto& rooms = call.rooms();
    auto& draft = asked.draft;
    if (draft.break_glass && !rooms.lift_rules.break_glass) {
        return Error(
            ErrorKind::Forbidden,
            "there is no break-glass on this machine",
            "ask for a lift, and let another person agree"
        );
    }
    bool second = needs_second(rooms.lift_rules, draft);
    if (second && draft.approval.empty()) {
        auto approval = PROVISO_TRY(rooms.approvals.ask(asked.wanted, call.user().id));
        call.state.changes.publish({Topic::Lifts, Topic::Ledger});
        return Response::json(
            202, {{"lift", nullptr}, {"approval", approval_json(call, approval)}}
        );
    }
    if (!draft.approval.empty()) {
        auto used = PROVISO_TRY(rooms.approvals.use(draft.approval, asked.wanted, call.user().id));
        draft.approved_by = used.decided_by;
    }
    auto lift = PROVISO_TRY(rooms.lifts.begin(std::move(draft)));
    if (lift.what.break_glass && rooms.lift_rules.raise_alarm) rooms.lift_rules.raise_alarm(lift);
    return Response::json(201, {{"lift", lift_json(call, lift)}, {"approval", nullptr}});
}

Result<Response> end_lift(Call& call) {
    auto lift = PROVISO_TRY(find_lift(call));
    return Response::json(
        200, lift_json(call, PROVISO_TRY(call.rooms().lifts.end(lift.id, call.user().id)))
    );
}

Result<Response> review_lift(Call& call) {
    ObjectReader read(call.body, "review");
    auto finding = read.one_of("finding", {"justified", "unjustified"});
    auto note = read.text("note");
    PROVISO_TRY(read.finish());
    auto lift = PROVISO_TRY(find_lift(call));
    auto reviewed = PROVISO_TRY(call.rooms().lifts.review(lift.id, call.user().id, finding, note));
    return Response::json(200, lift_json(call, reviewed));
}

Result<Response> list_approvals(Call& call) {
    auto list = Json::array();
    for (const auto& approval : PROVISO_TRY(call.rooms().approvals.recent())) {
        if (!sees_all(call.user(), approval.wanted.cameras)) continue;
        list.push_back(approval_json(call, approval));
    }
    return Response::json(200, {{"approvals", std::move(list)}});
}

Result<Response> decide_approval(Call& call) {
    ObjectReader read(call.body, "decision");
    auto decision = read.one_of("decision", {"agree", "refuse"});
    auto digest = read.text("digest");
    PROVISO_TRY(read.finish());
    auto known = PROVISO_TRY(find_approval(call));
    auto decided = PROVISO_TRY(
        call.rooms().approvals.decide(known.id, digest, decision == "agree", call.user().id)
    );
    call.state.changes.publish({Topic::Lifts, Topic::Ledger});
    return Response::json(200, approval_json(call, decided));
}

Result<Response> withdraw_approval(Call& call) {
    auto known = PROVISO_TRY(find_approval(call));
    PROVISO_TRY(call.rooms().approvals.withdraw(known.id, call.user().id));
    call.state.changes.publish({Topic::Lifts, Topic::Ledger});
    return Response::nothing();
}

}  // namespace proviso::api
