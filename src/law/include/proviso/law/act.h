#pragma once

#include <string>
#include <string_view>

#include <proviso/base/id.h>
#include <proviso/base/time.h>

/// What can be asked of the gate. Each act names its subject; its name is the `act` of FACTS.md.
namespace proviso::law {

/// Record a camera.
struct Capture {
    static constexpr std::string_view kName = "capture";
    CameraId camera;
};

/// Look at live or recorded pictures of a camera.
struct View {
    static constexpr std::string_view kName = "view";
    CameraId camera;
    UserId viewer;
    bool live = false;
};

/// Hand pictures of a camera to somebody.
struct Export {
    static constexpr std::string_view kName = "export";
    CameraId camera;
    UserId requester;
    Timestamp from;
    Timestamp to;
    std::string purpose_code;       ///< why, one of purpose.code
    std::string recipient_country;  ///< where it goes; empty: stays with the controller
};

}  // namespace proviso::law
