#include "veil_session.h"

#include <algorithm>

#include <proviso/base/log.h>
#include <proviso/media/nal.h>
#include <proviso/workers/messages.h>

namespace proviso::vision {
namespace {

using workers::RecordHeader;

constexpr std::size_t kMostSent = 16'384;
constexpr milliseconds kTick{50};
constexpr milliseconds kNoRoom{2};
constexpr std::size_t kMostWords = 400;

Error lie(const char* what) { return {ErrorKind::Corrupt, what}; }

Error over() { return {ErrorKind::Unavailable, "this masked stream has ended", "begin it again"}; }

}  // namespace

VeilSessionInside::VeilSessionInside(
    const VeilPoolOptions& pool,
    VeilConfig config,
    VeilSessionOptions options,
    std::shared_ptr<VeilProcess> process,
    Replace replace,
    Ended ended
)
    : pool_(pool),
      config_(std::move(config)),
      options_(std::move(options)),
      replace_(std::move(replace)),
      ended_(std::move(ended)),
      process_(std::move(process)) {
    state_.pid = process_->pid();
    pump_ = Worker("veil", [this](const std::stop_token& stop) { run(stop); });
}

VeilSessionInside::~VeilSessionInside() {
    pump_.request_stop();
    {
        std::lock_guard lock(mutex_);
        if (process_) process_->wake();
        changed_.notify_all();
    }
    pump_.stop();
    ended_();
}

/// With the mutex held. False if there was no room.
bool VeilSessionInside::write_locked(const media::PacketPtr& packet) {
    if (!process_) return false;
    if (told_codec_ != packet->codec) {
        auto parameters = workers::encode(*packet->codec);
        RecordHeader header;
        header.kind = static_cast<std::uint32_t>(VeilOrder::Parameters);
        header.size = static_cast<std::uint32_t>(parameters.size());
        if (!process_->write(header, parameters)) return false;
        told_codec_ = packet->codec;
    }
    RecordHeader header;
    header.kind = static_cast<std::uint32_t>(VeilOrder::Picture);
    header.size = static_cast<std::uint32_t>(packet->data.size());
    header.flags = (packet->key_frame ? workers::kKeyFrame : 0U) |
                   (packet->discontinuity ? workers::kDiscontinuity : 0U);
    header.dts = packet->dts;
    header.pts = packet->pts;
    header.mono_us = packet->wall.time_since_epoch().count();
    sent_[packet->pts] = {packet->wall, packet->mono, packet->rtp};
    if (sent_.size() > kMostSent) sent_.erase(sent_.begin());
    if (!process_->write(header, packet->data)) return false;
    ++state_.pushed;
    return true;
}

Result<> VeilSessionInside::push(media::PacketPtr packet, milliseconds patience) {
    if (!packet || !packet->codec || packet->data.size() > workers::kMaxPayload) {
        return invalid_input("a packet without data, or with too much");
    }
    auto until = std::chrono::steady_clock::now() + patience;
    std::unique_lock lock(mutex_);
    for (;;) {
        if (state_.ended) return state_.error ? *state_.error : over();
        if (finish_asked_) return over();
        if (write_locked(packet)) return {};
        if (std::chrono::steady_clock::now() >= until) {
            return Error(ErrorKind::Timeout, "the veil has no room for another packet yet");
        }
        changed_.wait_for(lock, kNoRoom);
    }
}

void VeilSessionInside::offer(media::PacketPtr packet) {
    if (!packet || !packet->codec) return;
    std::lock_guard lock(mutex_);
    if (state_.ended || finish_asked_) return;
    if (need_key_ && !packet->key_frame) {
        ++state_.shed;
        return;
    }
    need_key_ = packet->data.size() > workers::kMaxPayload || !write_locked(packet);
    if (need_key_) ++state_.shed;
}

void VeilSessionInside::tell(std::int64_t pts, std::span<const behaviour::Box> boxes) {
    auto payload = encode(boxes);
    RecordHeader header;
    header.kind = static_cast<std::uint32_t>(VeilOrder::Tell);
    header.size = static_cast<std::uint32_t>(payload.size());
    header.pts = pts;
    std::lock_guard lock(mutex_);
    if (process_) (void)process_->write(header, payload);
}

void VeilSessionInside::finish() {
    std::lock_guard lock(mutex_);
    finish_asked_ = true;
    if (process_) process_->wake();
}

std::optional<MaskedPacket> VeilSessionInside::next(milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return !waiting_.empty() || state_.ended; });
    if (waiting_.empty()) return std::nullopt;
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    // The pump may go on reading.
    if (waiting_.size() + 1 == options_.most_waiting && process_) process_->wake();
    return first;
}

VeilState VeilSessionInside::state() const {
    std::lock_guard lock(mutex_);
    return state_;
}

bool VeilSessionInside::room() const {
    if (options_.sink) return true;
    std::lock_guard lock(mutex_);
    return waiting_.size() < options_.most_waiting;
}

void VeilSessionInside::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::lock_guard lock(mutex_);
            if (state_.ended) break;
            if (finish_asked_ && !finish_told_) {
                RecordHeader header;
                header.kind = static_cast<std::uint32_t>(VeilOrder::Finish);
                finish_told_ = process_->write(header, {});
            }
        }
        auto read = read_answers();
        if (read && process_->ended()) {
            read = Error(ErrorKind::Unavailable, "the process that hides people ended");
        }
        if (read) read = process_->check(pool_);
        if (!read) {
            lose(read.error(), stop);
            continue;
        }
        // Without room for what it gives it is left waiting; next() wakes this thread.
        if (room()) {
            process_->wait(kTick);
        } else {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, kNoRoom);
        }
    }
    std::lock_guard lock(mutex_);
    process_.reset();
    state_.pid = -1;
}

Result<> VeilSessionInside::read_answers() {
    while (room()) {
        auto record = PROVISO_TRY(process_->answers().next());
        if (!record) return {};
        PROVISO_TRY(take(*record));
        process_->answers().done();
        if (state().ended) return {};
    }
    return {};
}

Result<> VeilSessionInside::take(const workers::RingReader::Record& record) {
    switch (VeilAnswer(record.header.kind)) {
        case VeilAnswer::Parameters: {
            auto parameters = PROVISO_TRY(workers::decode_parameters(record.copy()));
            codec_ = std::make_shared<const media::CodecParameters>(std::move(parameters));
            return {};
        }
        case VeilAnswer::Picture: return take_picture(record);
        case VeilAnswer::Record: {
            auto read = PROVISO_TRY(decode_mask_record(record.copy()));
            give({nullptr, false, std::make_shared<const MaskRecord>(std::move(read))});
            return {};
        }
        case VeilAnswer::Trouble: {
            auto bytes = record.copy();
            std::string words(as_text(ByteView(bytes).first(std::min(bytes.size(), kMostWords))));
            std::ranges::replace_if(
                words, [](char c) { return c < ' ' || c == 127; }, ' '
            );
            auto kind = ErrorKind(std::min<std::uint32_t>(
                record.header.flags, static_cast<std::uint32_t>(ErrorKind::Internal)
            ));
            end(Error(kind, words));
            return {};
        }
        case VeilAnswer::Done:
            if (!finish_told_) return lie("an end that nobody asked for");
            end(std::nullopt);
            return {};
        default: return lie("an answer of no known kind");
    }
}

Result<> VeilSessionInside::take_picture(const workers::RingReader::Record& record) {
    const auto& header = record.header;
    if (!codec_) return lie("a picture before its parameters");
    auto packet = std::make_shared<media::Packet>();
    packet->data = record.copy();
    if (config_.form == VeilForm::Video && !media::is_length_prefixed(packet->data)) {
        return lie("a picture that is none");
    }
    {
        std::lock_guard lock(mutex_);
        auto found = sent_.find(header.pts);
        if (found == sent_.end()) return lie("a picture that was never sent");
        packet->wall = found->second.wall;
        packet->mono = found->second.mono;
        packet->rtp = found->second.rtp;
        sent_.erase(found);
        ++state_.given;
    }
    packet->codec = codec_;
    packet->key_frame = (header.flags & workers::kKeyFrame) != 0;
    packet->discontinuity = (header.flags & workers::kDiscontinuity) != 0 || given_by_this_ == 0;
    packet->dts = header.dts;
    packet->pts = header.pts;
    ++given_by_this_;
    give({std::move(packet), (header.flags & kPassed) != 0, nullptr});
    return {};
}

void VeilSessionInside::give(MaskedPacket packet) {
    if (options_.sink) return options_.sink(std::move(packet));
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(packet));
    changed_.notify_all();
}

void VeilSessionInside::end(std::optional<Error> error) {
    {
        std::lock_guard lock(mutex_);
        if (state_.ended) return;
        state_.ended = true;
        state_.error = std::move(error);
        changed_.notify_all();
    }
    if (options_.sink) options_.sink({});
}

void VeilSessionInside::lose(const Error& why, const std::stop_token& stop) {
    auto process = process_;
    log_error("a veil worker is gone: {} ({})", why.story(), process->end());
    if (!options_.go_on || stop.stop_requested()) return end(why);
    auto next = replace_();
    if (!next) return end(next.error());
    if (auto begun = (*next)->begin(config_, options_.niceness); !begun) return end(begun.error());
    codec_.reset();
    given_by_this_ = 0;
    std::lock_guard lock(mutex_);
    process_ = std::move(*next);
    state_.pid = process_->pid();
    ++state_.restarts;
    sent_.clear();
    told_codec_.reset();
    need_key_ = true;
    finish_told_ = false;
}

}  // namespace proviso::vision
