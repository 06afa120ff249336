#include "stream.h"

#include <proviso/base/log.h>

namespace proviso::record {

namespace {

using namespace std::chrono_literals;

/// What a stream may have waiting for its writer: ten seconds with a key frame every second.
constexpr std::uint32_t kMostWaiting = 32;
constexpr auto kSilence = 10s;
constexpr auto kAskAgain = 3s;
/// Sound that stays away this long is over; what follows is a segment without it.
constexpr auto kSoundless = 10s;

}  // namespace

Stream::Stream(
    media::StreamKey key,
    const RecorderOptions& options,
    JobSink& sink,
    std::optional<Timestamp> covered_to
)
    : key_(std::move(key)),
      options_(options),
      sink_(sink),
      segmenter_({options.segment_length, options.fragment_length}, covered_to),
      weaver_([this](Fragment fragment) { submit(std::move(fragment)); }) {}

void Stream::set_state(State state, std::string cause, Timestamp wall) {
    if (state == state_ && cause == cause_) return;
    state_ = state;
    cause_ = std::move(cause);
    since_ = wall;
}

void Stream::start(PermitPtr permit, MonoTime now, Timestamp wall) {
    std::lock_guard lock(mutex_);
    permit_ = std::move(permit);
    ask_ = false;
    asked_ = now;
    if (state_ == State::Running || state_ == State::NoStorage) return;
    if (state_ == State::Asking) {
        end("refused", Loss{"refused", "the permit ended before it was renewed"}, wall);
    }
    last_kept_ = now;
    silent_ = false;
    set_state(State::Running, "waiting for the camera's first picture", wall);
}

void Stream::on_packet(media::PacketPtr packet) {
    std::lock_guard lock(mutex_);
    if (state_ != State::Running || lapsed(packet->mono, packet->wall)) {
        if (state_ != State::Stopped) ++dropped_;
        return;
    }
    const auto mono = packet->mono;
    const auto wall = packet->wall;
    if (segmenter_.has_sound()) check_sound(mono);
    auto step = segmenter_.push(std::move(packet));
    if (step.finished) weaver_.add(*std::move(step.finished), mono);
    weaver_.tick(mono);
    if (step.lost && step.segment_ended) end("interrupted", std::move(step.lost), wall);
    if (segmenter_.pending_since()) {
        last_kept_ = mono;
        silent_ = false;
        set_state(State::Running, {}, wall);
    }
}

void Stream::on_sound(media::SoundPtr sound) {
    std::lock_guard lock(mutex_);
    if (state_ != State::Running) return;
    const auto now = sound->mono;
    if (!permit_->sound(now)) {
        // Let in at the door after this permit was given: only the law can say whether to keep it.
        if (now - sound_asked_ >= kAskAgain) {
            sound_asked_ = now;
            ask_ = true;
        }
        return check_sound(now);
    }
    last_sound_ = now;
    segmenter_.set_sound(sound->format);
    weaver_.hear(std::move(sound));
}

void Stream::check_sound(MonoTime now) {
    const bool permitted = permit_->sound(now);
    if (permitted && now - last_sound_ < kSoundless) return;
    segmenter_.set_sound(nullptr);
    if (!permitted) weaver_.forget_sound();
}

/// True if the stream may not or cannot be recorded now.
bool Stream::lapsed(MonoTime now, Timestamp wall) {
    if (!permit_->valid(now)) {
        // What came before was permitted and is kept. The gap begins when it is known why.
        flush();
        ask_ = true;
        set_state(State::Asking, "the permit ended; the law is being asked", wall);
        return true;
    }
    if (storage_failed) {
        set_state(State::NoStorage, "the storage cannot take more now", wall);
        end("disk_error", Loss{"disk_error", "the storage did not take what was written"}, wall);
        return true;
    }
    return false;
}

void Stream::submit(Fragment fragment) {
    const auto start = fragment.wall_start;
    const auto pictures = fragment.packets.size();
    if (overload_ && !fragment.start) {
        // The segment that it belongs to was given up.
        dropped_ += pictures;
        return;
    }
    Job job;
    job.stream = shared_from_this();
    if (fragment.start) {
        job.decision = permit_->decision().ledger_index;
        ask_ = true;
    }
    job.fragment = std::move(fragment);
    if (waiting_fragments < kMostWaiting && sink_.store(std::move(job))) {
        overload_ = false;
        return;
    }
    dropped_ += pictures;
    const Loss loss{"overload", "the storage was too slow; pictures were dropped"};
    segmenter_.end_segment("overload", loss);
    if (!std::exchange(overload_, true)) {
        log_warning("{} {}: the storage is too slow", key_.camera.text(), to_string(key_.kind));
        end("overload", loss, start);
    }
}

void Stream::flush() {
    if (auto fragment = segmenter_.flush()) weaver_.add(*std::move(fragment), last_kept_);
    weaver_.drain();
}

void Stream::end(std::string_view why, std::optional<Loss> loss, Timestamp wall) {
    weaver_.drain();
    segmenter_.end_segment(why, loss);
    Job job;
    job.what = Job::What::End;
    job.stream = shared_from_this();
    job.why = why;
    job.loss = std::move(loss);
    job.at = wall;
    sink_.tell(std::move(job));
}

void Stream::stop(std::optional<Loss> loss, Timestamp wall) {
    std::lock_guard lock(mutex_);
    flush();
    set_state(State::Stopped, loss ? loss->detail : "it is not to be recorded", wall);
    end("stopped", std::move(loss), wall);
    permit_.reset();
}

void Stream::interrupted(Loss loss, Timestamp wall) {
    std::lock_guard lock(mutex_);
    if (state_ != State::Running) return;
    flush();
    silent_ = true;
    set_state(State::Running, loss.detail, wall);
    end("interrupted", std::move(loss), wall);
}

void Stream::tick(MonoTime now, Timestamp wall) {
    std::lock_guard lock(mutex_);
    if (permit_ && now - asked_ >= options_.segment_length) ask_ = true;
    if (state_ != State::Running || lapsed(now, wall)) return;
    weaver_.tick(now);
    if (const auto since = segmenter_.pending_since();
        since && now - *since >= 2 * options_.fragment_length) {
        flush();
    }
    if (!silent_ && now - last_kept_ >= kSilence) {
        silent_ = true;
        const Loss loss{"camera_lost", "no picture came"};
        set_state(State::Running, loss.detail, wall);
        flush();
        end("interrupted", loss, wall);
    }
}

void Stream::storage_is_full(Timestamp wall) {
    std::lock_guard lock(mutex_);
    if (state_ != State::Running) return;
    flush();
    set_state(State::NoStorage, "the storage is full", wall);
    end("disk_full", Loss{"disk_full", "the storage is full"}, wall);
}

void Stream::storage_is_back(Timestamp wall) {
    std::lock_guard lock(mutex_);
    // If this side has not seen the failure yet, its open segment is of no use any more.
    if (storage_failed.exchange(false) && state_ == State::Running) {
        end("disk_error", Loss{"disk_error", "the storage did not take what was written"}, wall);
    }
    if (state_ != State::NoStorage) return;
    silent_ = true;  // the gap goes on until a picture comes
    set_state(State::Running, "waiting for the camera's next key frame", wall);
}

void Stream::shut_down(Timestamp wall) {
    std::lock_guard lock(mutex_);
    if (state_ == State::Stopped || state_ == State::Refused) return;
    flush();
    set_state(State::Stopped, "the recorder is shut down", wall);
    end("shutdown", Loss{"stopped", "the recorder was shut down"}, wall);
}

Stream::PermitPtr Stream::due_permit() {
    std::lock_guard lock(mutex_);
    return std::exchange(ask_, false) ? permit_ : nullptr;
}

void Stream::permitted(const PermitPtr& permit, MonoTime now, Timestamp wall) {
    std::lock_guard lock(mutex_);
    if (permit_ != permit) return;
    asked_ = now;
    if (state_ != State::Asking) return;
    end("refused", Loss{"refused", "the permit ended before it was renewed"}, wall);
    last_kept_ = now;
    set_state(State::Running, "waiting for the camera's next key frame", wall);
}

void Stream::refused(const PermitPtr& permit, Loss why, Timestamp wall) {
    std::lock_guard lock(mutex_);
    if (permit_ != permit) return;
    if (state_ == State::Running) flush();
    set_state(State::Refused, why.detail, wall);
    end("refused", std::move(why), wall);
    permit_.reset();
}

void Stream::unanswered(const PermitPtr& permit, Loss why, MonoTime now, Timestamp wall) {
    std::lock_guard lock(mutex_);
    if (permit_ != permit) return;
    asked_ = now - options_.segment_length + kAskAgain;
    if (state_ != State::Asking) return;
    set_state(State::Asking, why.detail, wall);
    end("refused", std::move(why), wall);
}

StreamStatus Stream::status() const {
    std::lock_guard lock(mutex_);
    StreamStatus status;
    status.stream = key_;
    status.recording = state_ == State::Running && segmenter_.in_segment();
    status.sound = status.recording && segmenter_.in_sound();
    status.cause = status.recording ? std::string() : cause_;
    status.since = since_;
    status.segments = segments;
    status.bytes = bytes;
    status.dropped_packets = dropped_ + segmenter_.dropped();
    if (durable_to_us != INT64_MIN) {
        status.durable_to = Timestamp(microseconds(durable_to_us.load()));
    }
    return status;
}

}  // namespace proviso::record
