#include <deque>

#include "handlers.h"
#include "house_view.h"
#include "problem.h"

namespace proviso::api {

namespace {

constexpr std::chrono::seconds kLongestPlayback{30};

/// Sends what a reader reads, piece by piece: one fragment is in memory at a time.
class ReadAloud final : public BodySource {
public:
    ReadAloud(std::unique_ptr<playback::RangeReader> reader, std::deque<Bytes> first)
        : reader_(std::move(reader)), first_(std::move(first)) {}

    Result<std::optional<Bytes>> next() override {
        if (!first_.empty()) {
            auto bytes = std::move(first_.front());
            first_.pop_front();
            return std::optional<Bytes>(std::move(bytes));
        }
        auto piece = PROVISO_TRY(reader_->next());
        // A new init piece means another picture format, which the headers of this answer do not
        // announce: the client asks again from there.
        if (!piece || piece->init) return std::optional<Bytes>();
        return std::optional<Bytes>(std::move(piece->bytes));
    }

private:
    std::unique_ptr<playback::RangeReader> reader_;
    std::deque<Bytes> first_;
};

Result<playback::Track> track_of(const Query& query) {
    auto word = query.text("track").value_or("pictures");
    if (word == "pictures") return playback::Track::Pictures;
    if (word == "sound") return playback::Track::Sound;
    return invalid_input("'track' is 'pictures' or 'sound'", "leave it out for pictures");
}

Error nothing_recorded() {
    return {
        ErrorKind::NotFound, "nothing is recorded there", "see the timeline for what is recorded"};
}

}  // namespace

Result<Response> get_playback(Call& call) {
    auto kind = PROVISO_TRY(stream_of(call.query));
    if (kind == media::StreamKind::Masked) {
        return invalid_input("'stream' is 'main' or 'sub'", "it is masked unless you say clear");
    }
    auto clear = PROVISO_TRY(call.query.flag("clear"));
    media::StreamKey stream{call.camera, kind};
    auto from = PROVISO_TRY(call.query.required_time("from"));
    auto to = PROVISO_TRY(call.query.required_time("to"));
    auto origin = PROVISO_TRY(call.query.time("origin")).value_or(from);
    if (to <= from || to - from > kLongestPlayback) {
        return invalid_input("'to' must be after 'from', by at most 30 s", "ask piece by piece");
    }
    auto track = PROVISO_TRY(track_of(call.query));
    if (origin > from) return invalid_input("'origin' is after 'from'", "leave it out");
    auto& rooms = call.rooms();
    auto answer = PROVISO_TRY(call.state.sittings.look(
        rooms.gate,
        rooms.ledger,
        rooms.clock,
        rooms.lifts,
        law::View{call.camera, call.user().id, false, clear},
        stream,
        purpose_code(*call.documents, call.camera),
        from,
        to
    ));
    if (auto* refusal = std::get_if<law::Refusal>(&answer)) return problem(*refusal);
    auto reader = PROVISO_TRY(
        rooms.player.read(std::get<Sittings::SharedPermit>(answer), stream, from, to, origin, track)
    );
    // The first two pieces are read before the head is sent: it names the codec and the first
    // picture's time, and an unreadable recording is then an error, not a cut connection.
    std::deque<Bytes> first;
    std::optional<Timestamp> start;
    while (!start) {
        auto piece = PROVISO_TRY(reader->next());
        if (!piece) return nothing_recorded();
        if (!piece->init) start = piece->wall_start;
        first.push_back(std::move(piece->bytes));
    }
    Response response;
    response.set("Content-Type", "video/mp4");
    response.set("X-Proviso-Codec", reader->codec());
    response.set("X-Proviso-Start", to_iso8601(*start));
    response.set("X-Proviso-Origin", to_iso8601(reader->origin()));
    response.set("X-Proviso-Shown", clear ? "clear" : "masked");
    response.source = std::make_unique<ReadAloud>(std::move(reader), std::move(first));
    return response;
}

}  // namespace proviso::api
