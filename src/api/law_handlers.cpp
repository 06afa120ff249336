#include <proviso/law/outlook.h>

#include "handlers.h"
#include "house_view.h"
#include "law_days.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

namespace {

Json status_json(const law::PackStatus& pack) {
    return {
        {"id", pack.id},
        {"title", pack.title},
        {"version", pack.version},
        {"digest", pack.digest},
        {"publisher", pack.publisher},
        {"checked", to_iso8601(pack.checked)},
        {"review_by", to_iso8601(pack.review_by)},
        {"overdue", pack.overdue},
        {"announced", pack.announced},
    };
}

Json turn_json(const law::Turn& turn) {
    auto cameras = Json::array();
    for (const auto& camera : turn.cameras) cameras.push_back(camera.text());
    auto missing = missing_json(turn.missing);
    for (std::size_t i = 0; i < missing.size(); ++i) {
        missing[i]["start_by"] = to_iso8601(law::latest_start(turn, turn.missing[i]));
    }
    return {
        {"on", to_iso8601(turn.on)},
        {"cause", turn.cause},
        {"stricter", turn.stricter},
        {"before", turn.before},
        {"after", turn.after},
        {"words", law::words_of(turn)},
        {"why", reasons_json(turn.why)},
        {"missing", std::move(missing)},
        {"duties", duties_json(turn.duties)},
        {"records", turn.records},
        {"cameras", std::move(cameras)},
        {"capabilities", turn.capabilities},
    };
}

Json turns_json(const std::vector<law::Flip>& flips, const registers::Snapshot& documents) {
    auto list = Json::array();
    for (const auto& turn : law::gather(flips, documents)) list.push_back(turn_json(turn));
    return list;
}

Result<std::uint64_t> months_of(const Query& query) {
    auto months = PROVISO_TRY(query.number("months")).value_or(kUsualMonths);
    if (months < 1 || months > kMostMonths) {
        return invalid_input("'months' is from 1 to 120", "ask for 36");
    }
    return months;
}

/// The recordings that a lower cap would let go, by camera.
Result<Json> bytes_that_go(Call& call, const std::vector<law::Flip>& flips) {
    auto list = Json::array();
    auto now = call.rooms().clock.now();
    for (const auto& flip : flips) {
        const auto& cap = flip.after.footage_days_cap;
        if (flip.after.capability != "recording" || !cap) continue;
        if (flip.before.footage_days_cap && *flip.before.footage_days_cap <= *cap) continue;
        auto days = PROVISO_TRY(call.rooms().catalog.days(
            flip.after.camera, "main", Timestamp{}, now - std::chrono::days(*cap)
        ));
        std::uint64_t bytes = 0;
        for (const auto& day : days) bytes += day.bytes;
        list.push_back(
            {{"camera", flip.after.camera.text()},
             {"on", to_iso8601(flip.on)},
             {"from_days",
              flip.before.footage_days_cap ? Json(*flip.before.footage_days_cap) : Json()},
             {"to_days", *cap},
             {"bytes", bytes}}
        );
    }
    return list;
}

Json packs_json(const law::PackShelf& shelf) {
    auto list = Json::array();
    bool announced = false;
    for (const auto& pack : shelf.list()) {
        list.push_back(status_json(pack));
        announced = announced || pack.announced;
    }
    auto packs = shelf.packs();
    return {
        {"packs", std::move(list)},
        {"overdue", shelf.overdue()},
        {"announced", announced},
        {"digest", packs.in_force->digest()},
    };
}

/// The gate reads the law anew, and open pages hear of it.
Response after_change(Call& call) {
    call.rooms().gate.set_packs(call.rooms().shelf.packs());
    call.state.changes.publish({Topic::Matrix, Topic::Cameras, Topic::Ledger});
    return Response::json(200, packs_json(call.rooms().shelf));
}

Result<std::vector<law::Flip>> horizon_of(Call& call, Day from, std::uint64_t months) {
    return law::horizon(
        call.rooms().shelf.packs(),
        *call.rooms().registers.snapshot(),
        from,
        after_months(from, months),
        call.rooms().viewer_country
    );
}

using Law = std::shared_ptr<const policy::PackSet>;

Result<Response> difference_json(Call& call, const Law& before, const Law& after) {
    auto months = PROVISO_TRY(months_of(call.query));
    auto on = PROVISO_TRY(call.query.day("on"));
    auto today = on.value_or(day_of(call.rooms().clock.now()));
    auto change = PROVISO_TRY(law::difference(
        before,
        after,
        *call.documents,
        today,
        after_months(today, months),
        call.rooms().viewer_country
    ));
    auto all = change.today;
    all.insert(all.end(), change.later.begin(), change.later.end());
    auto bytes = PROVISO_TRY(bytes_that_go(call, all));
    auto again = Json::array();
    for (const auto& each : change.look_again) {
        again.push_back({{"record", each.record}, {"kind", each.kind}, {"rule", each.rule}});
    }
    return Response::json(
        200,
        {{"rules_new", change.rules_new},
         {"rules_changed", change.rules_changed},
         {"rules_gone", change.rules_gone},
         {"today", turns_json(change.today, *call.documents)},
         {"later", turns_json(change.later, *call.documents)},
         {"look_again", std::move(again)},
         {"recordings", std::move(bytes)}}
    );
}

}  // namespace

Result<Response> get_packs(Call& call) {
    return Response::json(200, packs_json(call.rooms().shelf));
}

Result<Response> import_pack(Call& call) {
    PROVISO_TRY(call.rooms().shelf.import(call.request.body, call.user().id));
    return after_change(call);
}

Result<Response> approve_packs(Call& call) {
    PROVISO_TRY(call.rooms().shelf.approve(call.user().id));
    return after_change(call);
}

Result<Response> withdraw_packs(Call& call) {
    PROVISO_TRY(call.rooms().shelf.withdraw(call.user().id));
    return after_change(call);
}

Result<Response> get_pack_difference(Call& call) {
    auto packs = call.rooms().shelf.packs();
    if (packs.announced == nullptr) {
        return Error(
            ErrorKind::NotFound, "no pack is announced", "import one, then read what it changes"
        );
    }
    return difference_json(call, packs.in_force, packs.announced);
}

Result<Response> preview_pack(Call& call) {
    auto packs = call.rooms().shelf.packs();
    auto after = PROVISO_TRY(call.rooms().shelf.with(call.request.body));
    return difference_json(call, packs.in_force, after);
}

Result<Response> get_horizon(Call& call) {
    auto months = PROVISO_TRY(months_of(call.query));
    auto on = PROVISO_TRY(call.query.day("on")).value_or(day_of(call.rooms().clock.now()));
    auto flips = PROVISO_TRY(horizon_of(call, on, months));
    return Response::json(
        200,
        {{"on", to_iso8601(on)},
         {"until", to_iso8601(after_months(on, months))},
         {"turns", turns_json(flips, *call.documents)}}
    );
}

Result<Response> get_horizon_calendar(Call& call) {
    auto now = call.rooms().clock.now();
    auto months = PROVISO_TRY(months_of(call.query));
    auto on = PROVISO_TRY(call.query.day("on")).value_or(day_of(now));
    auto flips = PROVISO_TRY(horizon_of(call, on, months));
    auto text = law::to_icalendar(law::gather(flips, *call.documents), now);
    return Response::text(200, "text/calendar; charset=utf-8", std::move(text));
}

}  // namespace proviso::api
