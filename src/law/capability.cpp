#include "capability.h"

#include <algorithm>

namespace proviso::law {

const std::vector<Capability>& capability_table() {
    static const std::vector<Capability> kTable{
        {"recording", "capture", "recording", "none"},
        {"retention", "retain", "recording", "none"},
        {"live_view", "view", "live_view", "none"},
        {"export", "export", "recording", "none"},
        {"motion", "analyse", "motion"},
        {"object_detection", "analyse", "object_detection"},
        {"counting", "analyse", "counting", "none"},
        {"line_crossing", "analyse", "line_crossing"},
        {"intrusion", "analyse", "intrusion"},
        {"loitering", "analyse", "loitering"},
        {"wrong_way", "analyse", "wrong_way"},
        {"crowd", "analyse", "crowd"},
        {"running", "analyse", "running"},
        {"abandoned_object", "analyse", "abandoned_object"},
        {"fall", "analyse", "fall"},
        {"anomaly", "analyse", "anomaly"},
        {"tamper", "analyse", "tamper"},
        {"tracking", "analyse", "tracking", "alert", "none", {"track"}},
        {"licence_plate", "analyse", "licence_plate", "alert", "none", {"plate"}},
        {"face_detection", "analyse", "face_detection"},
        {"reidentification", "analyse", "reidentification", "alert", "none", {"body_template"}},
        {"face_verification",
         "identify",
         "face_verification",
         "alert",
         "consenting",
         {"face_template"},
         true},
        {"face_identification",
         "identify",
         "face_identification",
         "alert",
         "watch_list",
         {"face_template"}},
        {"biometric_categorisation",
         "analyse",
         "biometric_categorisation",
         "none",
         "none",
         {"attribute_age", "attribute_gender"}},
        {"emotion", "analyse", "emotion", "alert", "none", {"emotion"}},
        {"fatigue", "analyse", "fatigue"},
        {"audio_event", "analyse", "audio_event"},
        {"audio_recording", "capture", "audio_recording", "none", "none", {"speech"}, false, true},
    };
    return kTable;
}

const Capability* find_capability(std::string_view act, std::string_view kind) {
    const auto& table = capability_table();
    auto found = std::find_if(table.begin(), table.end(), [&](const auto& each) {
        return each.act == act && each.kind == kind;
    });
    return found == table.end() ? nullptr : &*found;
}

Json analytic_of(const Capability& capability) {
    return {
        {"kind", capability.kind},
        {"timing", capability.act == "export" ? "post" : "live"},
        {"decision", capability.decision},
        {"gallery", capability.gallery},
        {"cooperative", capability.cooperative},
        {"produces", capability.produces}};
}

}  // namespace proviso::law
