#include "look_record.h"

#include <algorithm>

#include <proviso/workers/messages.h>

#include "eye_messages.h"
#include "observation_message.h"

namespace proviso::vision {
namespace {

/// More than a worker ever has in hand.
constexpr std::size_t kMostSent = 4096;
constexpr std::chrono::seconds kPicturePatience{3};
constexpr std::chrono::seconds kWindow{3};
constexpr std::size_t kMostWords = 300;

Error lie(const char* what) { return {ErrorKind::Corrupt, what}; }

bool is_jpeg(ByteView bytes) {
    return bytes.size() > 4 && bytes[0] == 0xFF && bytes[1] == 0xD8 &&
           bytes[bytes.size() - 2] == 0xFF && bytes[bytes.size() - 1] == 0xD9;
}

}  // namespace

LookRecord::LookRecord(
    std::uint32_t id,
    media::StreamKey stream,
    std::shared_ptr<const LookPermits> permits,
    EyeConfig config,
    LookSink& sink,
    const Clock& clock
)
    : id_(id),
      stream_(std::move(stream)),
      permits_(std::move(permits)),
      config_(std::move(config)),
      sink_(sink),
      clock_(clock),
      begun_(clock.now()),
      window_since_(clock.monotonic()) {
    status_.with([this](LookStatus& status) {
        status.camera = stream_.camera;
        status.words = "a worker is being started";
    });
}

bool LookRecord::send(workers::RingWriter& ring, const media::Packet& packet) {
    if (need_key_ && !packet.key_frame) return shed();
    workers::RecordHeader header;
    header.stream = id_;
    if (told_codec_ != packet.codec) {
        auto parameters = workers::encode(*packet.codec);
        header.kind = static_cast<std::uint32_t>(PacketRecord::Parameters);
        header.size = static_cast<std::uint32_t>(parameters.size());
        if (!ring.write(header, parameters)) return shed();
        told_codec_ = packet.codec;
    }
    header.kind = static_cast<std::uint32_t>(PacketRecord::Picture);
    header.size = static_cast<std::uint32_t>(packet.data.size());
    header.flags = (packet.key_frame ? workers::kKeyFrame : 0U) |
                   (packet.discontinuity || need_key_ ? workers::kDiscontinuity : 0U);
    header.dts = packet.dts;
    header.pts = packet.pts;
    // The worker tells by it how old a packet is: of now, whatever clock the house goes by.
    header.mono_us = SystemClock().monotonic().time_since_epoch().count();
    auto wall = static_cast<std::uint64_t>(packet.wall.time_since_epoch().count());
    header.rtp = static_cast<std::uint32_t>(wall);
    header.reserved = static_cast<std::uint32_t>(wall >> 32U);
    // Known before the worker can speak of it.
    traffic_.with([&](Traffic& traffic) {
        ++traffic.packets;
        traffic.sent.push_back({packet.pts, packet.wall, packet.mono});
        if (traffic.sent.size() > kMostSent) traffic.sent.pop_front();
    });
    if (!ring.write(header, packet.data)) return shed();
    need_key_ = false;
    return true;
}

bool LookRecord::shed() {
    traffic_.with([](Traffic& traffic) {
        ++traffic.packets;
        ++traffic.shed;
    });
    need_key_ = true;
    return false;
}

void LookRecord::forget_worker() {
    told_codec_.reset();
    need_key_ = true;
}

Result<> LookRecord::on_answer(const workers::RingReader::Record& record) {
    const auto& header = record.header;
    switch (AnswerRecord(header.kind)) {
        case AnswerRecord::Observation: {
            auto bytes = record.copy();
            auto observation = decode_observation(bytes);
            // Templates may be in it.
            std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
            return on_observation(PROVISO_TRY(std::move(observation)));
        }
        case AnswerRecord::Picture:
            if (header.size > kMostJpeg) return lie("a picture larger than was agreed");
            return on_picture(static_cast<std::uint64_t>(header.pts), record.copy());
        case AnswerRecord::Trouble: on_trouble(record.copy()); return {};
        default: return lie("an answer of no known kind");
    }
}

/// Puts it at the time of the picture that was sent, or finds the lie.
Result<> LookRecord::place(Observation& observation) {
    auto sent = traffic_.with([&](const Traffic& traffic) -> std::optional<Sent> {
        auto found = std::ranges::find(traffic.sent, observation.pts, &Sent::pts);
        if (found == traffic.sent.end()) return std::nullopt;
        return *found;
    });
    if (!sent) return lie("an observation of a picture that was never sent");
    observation.wall = sent->wall;
    observation.mono = sent->mono;
    for (auto& track : observation.tracks) {
        track.first_seen = std::clamp(track.first_seen, begun_, std::max(begun_, sent->wall));
    }
    for (auto& object : observation.objects) {
        object.since = std::clamp(object.since, begun_, std::max(begun_, sent->wall));
    }
    return {};
}

Result<> LookRecord::on_observation(Observation observation) {
    PROVISO_TRY(place(observation));
    if (!config_.faces && !observation.faces.empty()) return lie("faces that nobody asked for");
    for (const auto& face : observation.faces) {
        if (!config_.embed && !face.embedding.empty()) {
            return lie("templates that nobody asked for");
        }
    }
    if (!config_.detect && !observation.tracks.empty()) return lie("tracks nobody asked for");
    if (observation.skipped < skipped_here_) return lie("a count that goes back");
    skipped_here_ = observation.skipped;
    if (observation.looked) ++window_looks_;
    auto shed = traffic_.with([](const Traffic& traffic) { return traffic.shed; });
    observation.skipped = skipped_before_ + skipped_here_ + shed;
    status_.with([&](LookStatus& status) { status.skipped = observation.skipped; });
    // What came in while the permit held is of no use after it.
    if (!permitted()) return {};
    std::lock_guard lock(telling_);
    if (!ended_) sink_.on_observation(stream_.camera, std::move(observation));
    return {};
}

Result<> LookRecord::on_picture(std::uint64_t request, Bytes jpeg) {
    if (!jpeg.empty() && !is_jpeg(jpeg)) return lie("a picture that is none");
    bool asked = pictures_.with([&](auto& waiting) { return waiting.erase(request) == 1; });
    // One that came too late was answered already.
    if (!asked || !permitted()) return {};
    std::lock_guard lock(telling_);
    if (!ended_) sink_.on_picture(stream_.camera, request, std::move(jpeg));
    return {};
}

void LookRecord::on_trouble(ByteView bytes) {
    on_broken(std::string(as_text(bytes.first(std::min(bytes.size(), kMostWords)))));
}

void LookRecord::on_broken(std::string words) {
    std::ranges::replace_if(
        words, [](char c) { return c < ' ' || c == 127; }, ' '
    );
    status_.with([&](LookStatus& status) {
        status.state = LookState::Broken;
        status.words = std::move(words);
    });
}

void LookRecord::on_worker_lost(std::string words) {
    skipped_before_ += std::exchange(skipped_here_, 0);
    status_.with([&](LookStatus& status) {
        status.state = LookState::Waiting;
        status.words = std::move(words);
        ++status.worker_restarts;
    });
    auto unanswered = pictures_.with([](auto& waiting) { return std::exchange(waiting, {}); });
    std::lock_guard lock(telling_);
    if (ended_) return;
    for (const auto& [request, since] : unanswered) sink_.on_picture(camera(), request, {});
    sink_.on_begun_again(camera());
}

void LookRecord::on_started() {
    status_.with([](LookStatus& status) {
        if (status.state != LookState::Waiting) return;
        status.state = LookState::Looking;
        status.words.clear();
    });
}

void LookRecord::tick() {
    auto now = clock_.monotonic();
    auto late = pictures_.with([&](auto& waiting) {
        std::vector<std::uint64_t> all;
        for (const auto& [request, since] : waiting) {
            if (now - since > kPicturePatience) all.push_back(request);
        }
        for (auto request : all) waiting.erase(request);
        return all;
    });
    if (!late.empty()) {
        std::lock_guard lock(telling_);
        for (auto request : late) {
            if (!ended_) sink_.on_picture(camera(), request, {});
        }
    }
    auto span = now - window_since_;
    if (span < kWindow) return;
    auto packets = traffic_.with([](const Traffic& traffic) { return traffic.packets; });
    auto seconds = std::chrono::duration<double>(span).count();
    status_.with([&](LookStatus& status) {
        status.frames_per_second = static_cast<double>(packets - window_packets_) / seconds;
        status.looked_per_second = static_cast<double>(window_looks_) / seconds;
        status.skipped_per_second = static_cast<double>(status.skipped - window_skipped_) / seconds;
        window_skipped_ = status.skipped;
    });
    window_packets_ = packets;
    window_looks_ = 0;
    window_since_ = now;
}

void LookRecord::expect_picture(std::uint64_t request) {
    auto now = clock_.monotonic();
    pictures_.with([&](auto& waiting) { waiting.emplace(request, now); });
}

void LookRecord::end(LookState state, std::string words) {
    status_.with([&](LookStatus& status) {
        status.state = state;
        status.words = std::move(words);
        status.frames_per_second = status.looked_per_second = status.skipped_per_second = 0;
    });
    std::lock_guard lock(telling_);
    ended_ = true;
}

LookStatus LookRecord::status() const {
    auto status = status_.copy();
    auto shed = traffic_.with([](const Traffic& traffic) { return traffic.shed; });
    status.skipped = std::max(status.skipped, shed);
    return status;
}

void LookRecord::set_isolated() {
    status_.with([](LookStatus& status) { status.isolated = true; });
}

}  // namespace proviso::vision
