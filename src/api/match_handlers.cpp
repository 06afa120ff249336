#include <fmt/format.h>

#include <proviso/recognise/recogniser.h>

#include "evidence.h"
#include "handlers.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

namespace {

constexpr std::uint64_t kMostMatches = 200;
constexpr std::uint64_t kUsualMatches = 50;
constexpr auto kStates = std::to_array<std::pair<std::string_view, recognise::MatchState>>(
    {{"proposed", recognise::MatchState::Proposed},
     {"confirmed", recognise::MatchState::Confirmed},
     {"rejected", recognise::MatchState::Rejected},
     {"expired", recognise::MatchState::Expired}}
);

Json match_json(const recognise::Match& match) {
    auto json = recognise::to_json(match);
    for (const auto* key : {"first_by", "first_at", "second_by", "second_at"}) {
        if (!json.contains(key)) json[key] = nullptr;
    }
    return json;
}

Result<recognise::MatchFilter> filter_of(const Query& query) {
    recognise::MatchFilter filter;
    if (auto camera = query.text("camera")) filter.camera = PROVISO_TRY(CameraId::parse(*camera));
    if (auto gallery = query.text("gallery")) {
        filter.gallery = PROVISO_TRY(recognise::GalleryId::parse(*gallery));
    }
    if (auto word = query.text("state")) {
        for (const auto& [name, state] : kStates) {
            if (*word == name) filter.state = state;
        }
        if (!filter.state) {
            return invalid_input("'state' may be proposed, confirmed, rejected, expired");
        }
    }
    filter.before = PROVISO_TRY(query.time("before"));
    auto limit = PROVISO_TRY(query.number("limit")).value_or(kUsualMatches);
    if (limit < 1 || limit > kMostMatches) {
        return invalid_input("'limit' must be 1 to 200", "go on with 'before'");
    }
    filter.limit = limit;
    return filter;
}

}  // namespace

Result<Response> list_matches(Call& call) {
    auto filter = PROVISO_TRY(filter_of(call.query));
    // Once per person in ten minutes: who watches the list leaves one entry, not hundreds.
    auto what = fmt::format("matches {}", call.user().id.text());
    if (!call.state.sittings.again(what, call.rooms().clock.monotonic())) {
        auto written =
            write_down(call.rooms().ledger, "matches.read", {{"user", call.user().id.text()}});
        if (!written) {
            call.state.sittings.forget(what);
            return std::move(written).error();
        }
    }
    auto list = Json::array();
    std::optional<Timestamp> next;
    // A limited account gets full pages too: what it may not see is passed over page by page.
    bool more = true;
    while (more && list.size() < filter.limit) {
        auto matches = PROVISO_TRY(call.rooms().recogniser.matches(filter));
        more = matches.size() == filter.limit;
        for (const auto& match : matches) {
            if (list.size() == filter.limit) break;
            filter.before = match.at;
            if (call.user().may_see(match.camera)) list.push_back(match_json(match));
        }
    }
    if (list.size() == filter.limit) next = filter.before;
    return Response::json(
        200, {{"items", std::move(list)}, {"next", next ? Json(to_iso8601(*next)) : Json()}}
    );
}

Result<Response> decide_match(Call& call) {
    ObjectReader read(call.body, "decision");
    auto decision = read.one_of("decision", {"confirmed", "rejected"});
    PROVISO_TRY(read.finish());
    auto& recogniser = call.rooms().recogniser;
    const auto& id = call.parameters.front();
    if (!Uuid::parse(id)) return not_here();
    auto match = recogniser.match_of(id);
    if (!match && match.error().kind() == ErrorKind::NotFound) return not_here();
    if (match && !call.user().may_see(match->camera)) return not_here();
    PROVISO_TRY(std::move(match));
    auto decided = PROVISO_TRY(recogniser.decide(id, decision == "confirmed", call.user().id));
    call.state.changes.publish({Topic::Matches, Topic::Ledger});
    return Response::json(200, match_json(decided));
}

}  // namespace proviso::api
