#pragma once

#include <optional>

#include <netinet/in.h>

#include <proviso/base/unique_fd.h>

#include "options.h"

namespace proviso::camera_sim {

/// One viewer: the RTSP dialogue and the state of its stream.
class Session {
public:
    Session(
        const Options& options,
        CameraClocks& clocks,
        UniqueFd fd,
        sockaddr_in peer,
        std::uint64_t number
    );

    int fd() const { return fd_.get(); }

    bool playing() const { return playing_; }

    bool wants_to_write() const { return sent_ < out_.size(); }

    double next_frame() const { return next_frame_; }

    /// False: the viewer is gone.
    bool read(double now, std::uint16_t udp_port);
    bool flush();
    /// Sends what is due; false: the viewer is gone, or is to be dropped.
    bool play(double now, int udp_rtp, int udp_rtcp);

private:
    bool answer(std::string_view request, double now, std::uint16_t udp_port);
    bool authorised(std::string_view request, std::string_view method, std::string& challenge);
    std::string set_up(std::string_view request, std::uint16_t udp_port, std::string& status);
    void begin_to_play(double now);
    bool send(ByteView bytes);
    bool send_frame(const Frame& frame, int payload_type, int udp_rtp);
    void begin_sound(double now);
    bool play_sound(double now, int udp_rtp);
    std::uint32_t sound_time(std::int64_t time) const;
    bool is_covered(double now) const;
    void send_report(double now, int udp_rtcp);

    const Options& options_;
    CameraClocks& clocks_;
    UniqueFd fd_;
    sockaddr_in peer_;
    std::string in_;
    Bytes out_;
    std::size_t sent_ = 0;
    std::string nonce_;
    std::uint64_t signed_requests_ = 0;

    std::shared_ptr<const Clip> clip_;
    std::shared_ptr<const Clip> covered_;  // null if nobody can cover this camera
    const Clip* shown_ = nullptr;          // one of the two
    std::uint32_t camera_ = 0;
    std::string camera_name_;            // "NAME/NUMBER"
    const SoundTrack* sound_ = nullptr;  // if that is the track this viewer set up
    std::size_t sound_position_ = 0;
    CameraClock clock_;
    bool udp_ = false;
    std::uint8_t channel_ = 0;
    std::uint16_t client_rtp_ = 0;
    bool playing_ = false;
    double connected_at_ = -1;
    double next_frame_ = 0;
    double next_report_ = 0;
    double next_jump_ = 0;
    double next_stall_ = 0;
    std::size_t position_ = 0;
    std::int64_t round_ = 0;  // 90 kHz at the beginning of this round through the clip
    std::uint32_t time_base_ = 0;
    std::uint32_t last_time_ = 0;
    std::uint16_t sequence_ = 0;
    std::uint32_t source_ = 0;
    std::uint32_t packets_ = 0;
    std::uint32_t octets_ = 0;
    bool need_key_frame_ = false;
    Bytes scratch_;
};

}  // namespace proviso::camera_sim
