#include <proviso/law/outlook.h>

#include "handlers.h"
#include "law_days.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

Result<Response> get_calendar_link(Call& call) {
    auto made = PROVISO_TRY(call.rooms().calendar.made());
    return Response::json(
        200,
        {{"made", made ? Json(to_iso8601(made->at)) : Json()},
         {"by", made ? Json(made->by.text()) : Json()}}
    );
}

Result<Response> make_calendar_link(Call& call) {
    auto secret = PROVISO_TRY(call.rooms().calendar.make(call.user().id));
    call.state.changes.publish({Topic::Ledger});
    return Response::json(201, {{"address", "/api/law/calendar.ics?token=" + secret}});
}

Result<Response> revoke_calendar_link(Call& call) {
    PROVISO_TRY(call.rooms().calendar.revoke(call.user().id));
    call.state.changes.publish({Topic::Ledger});
    return Response::nothing();
}

/// Nobody is signed in here: the secret is all there is, and a wrong one looks like no such
/// address. Names of records may speak of people, so they stay at home.
Result<Response> get_calendar(Call& call) {
    auto secret = call.query.text("token").value_or("");
    if (!PROVISO_TRY(call.rooms().calendar.opens(secret))) return not_here();
    auto now = call.rooms().clock.now();
    auto flips = PROVISO_TRY(law::horizon(
        call.rooms().shelf.packs(),
        *call.documents,
        day_of(now),
        after_months(day_of(now), kUsualMonths),
        call.rooms().viewer_country
    ));
    auto turns = law::gather(flips, *call.documents);
    for (auto& turn : turns) turn.records.clear();
    return Response::text(200, "text/calendar; charset=utf-8", law::to_icalendar(turns, now));
}

}  // namespace proviso::api
