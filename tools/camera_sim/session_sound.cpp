#include <algorithm>

#include "session.h"

namespace proviso::camera_sim {

/// The place in the sound that belongs to the pictures of the same camera.
void Session::begin_sound(double now) {
    auto known = clocks_.find(camera_name_);
    clock_ = known == clocks_.end() ? CameraClock{now, 0} : known->second;
    source_ += 0x2000000;
    auto passed = clock_.from + static_cast<std::int64_t>((now - clock_.since) * 90'000);
    round_ = passed / clip_->duration * clip_->duration;
    const auto& frames = sound_->frames;
    auto next = std::ranges::find_if(frames, [&](const Frame& frame) {
        return round_ + frame.time >= passed;
    });
    sound_position_ = static_cast<std::size_t>(next - frames.begin());
}

std::uint32_t Session::sound_time(std::int64_t time) const {
    return time_base_ + static_cast<std::uint32_t>(time * sound_->rate / 90'000);
}

/// Sends the sound that has been heard to its end by now.
bool Session::play_sound(double now, int udp_rtp) {
    const auto passed = clock_.from + static_cast<std::int64_t>((now - clock_.since) * 90'000);
    const auto& frames = sound_->frames;
    for (;;) {
        if (sound_position_ == frames.size()) {
            sound_position_ = 0;
            round_ += clip_->duration;
        }
        const auto& frame = frames[sound_position_];
        if (round_ + frame.time + sound_->length > passed) break;
        bool garbage =
            options_.sound_garbage_at > 0 && now - connected_at_ > options_.sound_garbage_at;
        if (garbage) {
            auto broken = frame;
            for (auto at = kHeaderRoom; at < broken.bytes.size(); ++at) broken.bytes[at] = 0xFF;
            if (!send_frame(broken, sound_->payload_type, udp_rtp)) return false;
        } else if (!send_frame(frame, sound_->payload_type, udp_rtp)) {
            return false;
        }
        ++sound_position_;
    }
    // What the next report says of the clock is of now and not of the last packet.
    last_time_ = sound_time(passed);
    return true;
}

}  // namespace proviso::camera_sim
