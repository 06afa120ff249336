#include "stream_source.h"

#include "file_source.h"
#include "rtsp_source.h"
#include "url.h"

namespace proviso::ingest {
namespace {

/// A session that played this long was a good one: the next try comes soon.
constexpr std::chrono::seconds kGoodSession{10};

}  // namespace

StreamSource::StreamSource(std::uint32_t stream, SourceHost& host)
    : stream_(stream),
      host_(host),
      timer_([this](const TimedUnit& unit) { deliver(unit); }),
      backoff_([&host] { return host.random(); }) {}

MonoTime StreamSource::tick(MonoTime now) {
    if (state_ == SourceState::Waiting) {
        if (now < retry_at_) return retry_at_;
        ++reconnects_;
        enter(SourceState::Connecting, cause_);
    }
    if (!opened_) {
        opened_ = true;
        if (auto open_result = open(now); !open_result) fail(open_result.error(), now);
    }
    if (state_ == SourceState::Waiting) return retry_at_;
    auto next = run(now);
    if (!next) {
        fail(next.error(), now);
        return retry_at_;
    }
    return *next;
}

void StreamSource::ready(std::uint8_t role, MonoTime now) {
    if (!opened_) return;
    if (auto result = on_ready(role, now); !result) fail(result.error(), now);
}

void StreamSource::resolved(
    std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now
) {
    if (!opened_) return;
    if (auto result = on_resolved(question, endpoint, now); !result) fail(result.error(), now);
}

Result<> StreamSource::on_resolved(
    std::uint64_t /*question*/, const std::optional<Endpoint>& /*endpoint*/, MonoTime /*now*/
) {
    return {};
}

void StreamSource::deliver(const TimedUnit& unit) {
    if (state_ != SourceState::Playing) {
        playing_since_ = unit.arrived;
        enter(SourceState::Playing, {});
    }
    last_picture_ = unit.arrived;
    host_.deliver(stream_, unit);
}

void StreamSource::fail(const Error& error, MonoTime now) {
    if (state_ == SourceState::Playing && now - playing_since_ >= kGoodSession) backoff_.reset();
    lost_before_ += lost_in_session();
    opened_ = false;
    last_picture_.reset();
    close();
    retry_at_ = now + backoff_.next(error.kind());
    auto cause = error.story();
    if (!error.next_step().empty()) cause += ": " + error.next_step();
    enter(SourceState::Waiting, std::move(cause));
}

void StreamSource::enter(SourceState state, std::string cause) {
    if (state == state_ && cause == cause_) return;
    state_ = state;
    cause_ = std::move(cause);
    ++changes_;
}

StreamReport StreamSource::report() const {
    StreamReport report;
    report.stream = stream_;
    report.state = state_;
    report.cause = cause_;
    report.lost = lost_before_ + (opened_ ? lost_in_session() : 0);
    report.reconnects = reconnects_;
    report.camera_clock_ahead = camera_clock_ahead();
    report.sound = sound_report();
    return report;
}

Result<std::unique_ptr<StreamSource>> make_source(
    std::uint32_t stream, SourceSpec spec, SourceHost& host
) {
    auto url = PROVISO_TRY(parse_url(spec.url));
    if (url.scheme == Scheme::File) {
        return std::unique_ptr<StreamSource>(new FileSource(stream, url.path, spec.sound, host));
    }
    return std::unique_ptr<StreamSource>(
        new RtspSource(stream, std::move(url), std::move(spec), host)
    );
}

}  // namespace proviso::ingest
