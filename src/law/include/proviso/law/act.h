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
    bool clear = false;  ///< without masks: only while a lift of the viewer runs
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
    bool clear = false;             ///< without masks: only while a lift with exports runs
};

/// Let a machine look at the pictures of a camera for one thing.
struct Analyse {
    static constexpr std::string_view kName = "analyse";
    CameraId camera;
    std::string kind;  ///< analytic.kind: "motion", "loitering", ...
};

/// Compare the people in front of a camera with a gallery.
struct Identify {
    static constexpr std::string_view kName = "identify";
    CameraId camera;
    std::string kind;          ///< "face_verification" or "face_identification"
    std::string gallery;       ///< what sort it is, analytic.gallery: "consenting", "watch_list"
    std::string gallery_name;  ///< which one: a permit for one gallery opens no other
};

/// Put a person into a gallery that serves a camera.
struct Enrol {
    static constexpr std::string_view kName = "enrol";
    CameraId camera;
    std::string kind;          ///< what the gallery is for: as in Identify
    std::string gallery;       ///< what sort it is, analytic.gallery
    std::string gallery_name;  ///< which one
    std::string subject;       ///< pseudonymous id of the person: their own records count
};

}  // namespace proviso::law
