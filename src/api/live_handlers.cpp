#include "box_channel.h"
#include "evidence.h"
#include "handlers.h"
#include "house_view.h"
#include "live_channel.h"
#include "problem.h"

namespace proviso::api {

namespace {

/// Live pictures and event streams one session may have open: a wall of cameras and some more.
constexpr std::size_t kMostChannels = 72;

/// One door for everything live of a camera: a place, the gate, the entry, and then what
/// `make(guard, permit, entry)` shows.
template <class Make>
Result<Response> watch(Call& call, std::string_view stream, bool clear, Make make) {
    auto ticket = call.state.presence.enter(call.user().id, call.token, kMostChannels);
    if (!ticket) {
        return problem(
            429, "too_many", "this session has too many live pictures open", "close some of them"
        );
    }
    auto& rooms = call.rooms();
    auto answer = rooms.gate.ask(law::View{call.camera, call.user().id, true, clear});
    if (!answer) return undecided(std::move(answer).error());
    Response response;
    response.status = 101;
    if (auto* refusal = std::get_if<law::Refusal>(&*answer)) {
        response.channel = std::make_unique<RefusedChannel>(*refusal);
        return response;
    }
    auto permit = std::get<law::Permit<law::View>>(*std::move(answer));
    Json body{
        {"user", call.user().id.text()},
        {"camera", call.camera.text()},
        {"stream", stream},
        {"live", true},
        {"purpose", purpose_code(*call.documents, call.camera)},
        {"decision", permit.decision().ledger_index}};
    note_clear(rooms.lifts, permit.act(), body);
    auto entry = PROVISO_TRY(write_down(rooms.ledger, "view", std::move(body)));
    response.channel = make(SessionGuard(call, std::move(ticket), true), std::move(permit), entry);
    return response;
}

}  // namespace

/// Masked for everybody; who holds a lift may ask for a stream as it comes.
Result<Response> watch_live(Call& call) {
    auto kind = PROVISO_TRY(stream_of(call.query));
    auto clear = PROVISO_TRY(call.query.flag("clear"));
    const auto& camera = call.documents->cameras.at(call.camera);
    if (kind == media::StreamKind::Sub && !camera.sub) return not_here();
    if (!clear) kind = media::StreamKind::Masked;
    media::StreamKey stream{call.camera, kind};
    return watch(
        call,
        media::to_string(kind),
        clear,
        [&](SessionGuard guard, law::Permit<law::View> permit, std::uint64_t entry) {
            return std::make_unique<LiveChannel>(
                call, std::move(guard), std::move(stream), std::move(permit), entry
            );
        }
    );
}

Result<Response> watch_boxes(Call& call) {
    return watch(
        call,
        "boxes",
        false,
        [&](SessionGuard guard, law::Permit<law::View> permit, std::uint64_t entry) {
            return std::make_unique<BoxChannel>(
                call, std::move(guard), call.camera, std::move(permit), entry
            );
        }
    );
}

}  // namespace proviso::api
