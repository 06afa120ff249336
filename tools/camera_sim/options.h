#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "clip.h"

namespace proviso::camera_sim {

enum class Auth { None, Basic, Digest, DigestSha256 };

/// How the cameras behave, well or badly. All times in seconds; 0 is never.
struct Options {
    std::string bind = "127.0.0.1";
    std::uint16_t port = 8554;
    std::map<std::string, std::shared_ptr<const Clip>> clips;
    Auth auth = Auth::None;
    std::string user = "admin";
    std::string password = "camera";
    bool sets_in_description = true;
    bool split_writes = false;    ///< one write for every RTP packet
    double drop_every = 0;        ///< close the connection
    std::uint64_t gap_every = 0;  ///< leave out every n-th RTP packet
    double jump_every = 0;        ///< RTP time jumps an hour ahead
    double stall_every = 0;       ///< send nothing
    double stall_for = 0;
    /// What cameras show while somebody covers them, by "NAME/NUMBER": as many frames as their clip
    /// has, with key frames at the same places.
    std::map<std::string, std::shared_ptr<const Clip>> covered;
    double cover_every = 0;  ///< covered at the end of every so many seconds
    double cover_for = 0;
    const std::atomic<bool>* covered_now = nullptr;  ///< besides, while this is true
    bool sound = false;                              ///< offer the clips' sound
    bool report_setups = false;                      ///< print "set up NAME/NUMBER trackN"
    double sound_garbage_at = 0;    ///< from so many seconds on, what is sent as sound is none
    std::uint64_t stale_every = 0;  ///< every n-th signed request finds its nonce too old
};

/// Where the pictures of a camera are, for its sound to go along with them: by "NAME/NUMBER".
struct CameraClock {
    double since = 0;       ///< when a viewer began to play
    std::int64_t from = 0;  ///< the place in the clip then, 90 kHz
};

using CameraClocks = std::map<std::string, CameraClock>;

}  // namespace proviso::camera_sim
