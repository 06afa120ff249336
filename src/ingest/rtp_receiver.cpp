#include "rtp_receiver.h"

#include <algorithm>
#include <cmath>

namespace proviso::ingest {
namespace {

/// So many packets that look late in a row mean that the camera began to count anew.
constexpr int kLateMeansRestart = 8;

std::int32_t distance(std::uint16_t from, std::uint16_t to) {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(to - from));
}

}  // namespace

void RtpReceiver::receive(ByteView bytes, const RtpPacket& packet, MonoTime now) {
    if (!started_ || packet.source != source_) {
        if (started_) {
            skip_missing();
            gap_ = true;
            new_source_ = true;
        }
        restart(packet);
    }
    auto ahead = distance(expected_, packet.sequence);
    if (ahead < 0) {
        if (++late_in_a_row_ < kLateMeansRestart) return;
        skip_missing();
        gap_ = true;
        restart(packet);
        ahead = 0;
    }
    late_in_a_row_ = 0;
    count(packet, now);
    if (ahead == 0) {
        deliver(packet);
        release(now);
        return;
    }
    if (!may_reorder_ || ahead >= static_cast<std::int32_t>(kWindow)) {
        skip_missing();
        ahead = distance(expected_, packet.sequence);
        lost_ += static_cast<std::uint64_t>(ahead);
        gap_ = gap_ || ahead > 0;
        deliver(packet);
        return;
    }
    auto& slot = held_[packet.sequence % kWindow];
    if (slot.used) return;  // the same packet twice
    slot.bytes.assign(bytes.begin(), bytes.end());
    slot.since = now;
    slot.used = true;
    ++held_count_;
    release(now);
}

void RtpReceiver::tick(MonoTime now) {
    if (held_count_ > 0) release(now);
}

void RtpReceiver::restart(const RtpPacket& packet) {
    started_ = true;
    source_ = packet.source;
    expected_ = packet.sequence;
    late_in_a_row_ = 0;
    first_extended_ = highest_extended_ = packet.sequence;
    received_ = expected_before_ = received_before_ = 0;
    jitter_ = 0;
    transit_.reset();
    last_report_at_.reset();
}

void RtpReceiver::deliver(const RtpPacket& packet) {
    expected_ = static_cast<std::uint16_t>(packet.sequence + 1);
    OrderedPacket ordered{packet, gap_, new_source_};
    gap_ = new_source_ = false;
    sink_(ordered);
}

/// Hands on what is next in order, and passes over a hole once it is too old.
void RtpReceiver::release(MonoTime now) {
    while (held_count_ > 0) {
        auto& slot = held_[expected_ % kWindow];
        if (slot.used) {
            slot.used = false;
            --held_count_;
            if (auto packet = parse_rtp(slot.bytes)) deliver(*packet);
            continue;
        }
        // The oldest arrival decides, wherever it stands.
        auto oldest = MonoTime::max();
        for (const auto& held : held_) {
            if (held.used) oldest = std::min(oldest, held.since);
        }
        if (now - oldest < kPatience) return;
        ++expected_;
        ++lost_;
        gap_ = true;
    }
}

/// Hands on all that is held, whatever is missing between.
void RtpReceiver::skip_missing() { release(MonoTime::max()); }

void RtpReceiver::note(const SenderReport& report, MonoTime now) {
    last_report_ = static_cast<std::uint32_t>(report.ntp >> 16U);
    last_report_at_ = now;
}

void RtpReceiver::count(const RtpPacket& packet, MonoTime now) {
    ++received_;
    auto ahead = distance(static_cast<std::uint16_t>(highest_extended_), packet.sequence);
    if (ahead > 0) highest_extended_ += static_cast<std::uint32_t>(ahead);
    auto arrival =
        static_cast<std::uint32_t>(now.time_since_epoch().count() / 100 * clock_rate_ / 10'000);
    std::int64_t transit = static_cast<std::int32_t>(arrival - packet.timestamp);
    if (transit_) {
        auto change = std::abs(static_cast<double>(transit - *transit_));
        jitter_ += (change - jitter_) / 16;
    }
    transit_ = transit;
}

std::optional<ReceptionReport> RtpReceiver::report(MonoTime now) {
    if (!started_ || received_ == 0) return std::nullopt;
    ReceptionReport report;
    report.source = source_;
    auto expected = highest_extended_ - first_extended_ + 1;
    auto expected_now = expected - expected_before_;
    auto received_now = received_ - received_before_;
    expected_before_ = expected;
    received_before_ = received_;
    if (expected_now > received_now) {
        auto fraction = (std::uint64_t{expected_now - received_now} << 8U) / expected_now;
        report.fraction_lost = static_cast<std::uint8_t>(std::min<std::uint64_t>(fraction, 255));
    }
    auto lost = std::int64_t{expected} - std::int64_t{received_};
    report.lost = static_cast<std::int32_t>(std::clamp<std::int64_t>(lost, -0x80'0000, 0x7F'FFFF));
    report.highest_sequence = highest_extended_;
    report.jitter = static_cast<std::uint32_t>(std::min(jitter_, 4e9));
    if (last_report_at_) {
        report.last_report = last_report_;
        auto waited = (now - *last_report_at_).count() * 65'536 / 1'000'000;
        report.since_last_report = static_cast<std::uint32_t>(waited);
    }
    return report;
}

}  // namespace proviso::ingest
