#pragma once

#include <algorithm>
#include <deque>
#include <mutex>

#include <proviso/playback/player.h>

/// A veil without processes and detectors: every byte of a picture becomes the same one. What comes
/// through it cannot hold what was filmed, and is easily told from it.
namespace proviso::playback {

inline constexpr std::uint8_t kVeiled = 0x55;

class HandVeilSession final : public vision::VeilSession {
public:
    explicit HandVeilSession(vision::VeilConfig config, vision::VeilSessionOptions options)
        : config_(std::move(config)), options_(std::move(options)) {}

    Result<> push(media::PacketPtr packet, milliseconds /*patience*/) override {
        offer(std::move(packet));
        return {};
    }

    void offer(media::PacketPtr packet) override {
        std::lock_guard lock(mutex_);
        ++state_.pushed;
        if (packet->pts < config_.show_from) return;
        auto veiled = std::make_shared<media::Packet>(*packet);
        std::fill(veiled->data.begin(), veiled->data.end(), kVeiled);
        auto record = std::make_shared<vision::MaskRecord>();
        record->pictures = record->masked = 1;
        record->version = vision::kVeilVersion;
        record->model = record->face_model = "by hand";
        vision::MaskedPacket given{std::move(veiled), false, std::move(record)};
        if (options_.sink) return options_.sink(std::move(given));
        ready_.push_back(std::move(given));
    }

    void tell(std::int64_t /*pts*/, std::span<const behaviour::Box> /*boxes*/) override {}

    void finish() override {
        std::lock_guard lock(mutex_);
        finished_ = true;
    }

    std::optional<vision::MaskedPacket> next(milliseconds /*patience*/) override {
        std::lock_guard lock(mutex_);
        if (ready_.empty()) return std::nullopt;
        auto given = std::move(ready_.front());
        ready_.pop_front();
        ++state_.given;
        return given;
    }

    vision::VeilState state() const override {
        std::lock_guard lock(mutex_);
        auto state = state_;
        state.ended = finished_ && ready_.empty();
        return state;
    }

private:
    const vision::VeilConfig config_;
    const vision::VeilSessionOptions options_;
    mutable std::mutex mutex_;
    std::deque<vision::MaskedPacket> ready_;
    vision::VeilState state_;
    bool finished_ = false;
};

class HandVeilPool final : public vision::VeilPool {
public:
    Result<std::unique_ptr<vision::VeilSession>> begin(
        const vision::VeilConfig& config, vision::VeilSessionOptions options
    ) override {
        configs.push_back(config);
        return std::unique_ptr<vision::VeilSession>(
            std::make_unique<HandVeilSession>(config, std::move(options))
        );
    }

    std::vector<pid_t> pids() const override { return {}; }

    Masking masking() {
        return {this, [](const CameraId&) { return vision::VeilConfig{}; }};
    }

    std::vector<vision::VeilConfig> configs;  ///< that were asked for
};

}  // namespace proviso::playback
