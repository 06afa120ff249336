#pragma once

#include <map>
#include <mutex>

#include <proviso/alerts/notices.h>
#include <proviso/law/gate.h>
#include <proviso/registers/source.h>

namespace proviso::alerts {

/// Asks the law before words about a camera go to a recipient abroad: as handing out its pictures
/// to that country, for the camera's own purpose. One permit serves until it ends; a refusal is
/// asked again after a minute. Thread-safe.
class Recipients {
public:
    Recipients(law::Gate& gate, registers::Source& registers, const Clock& clock)
        : gate_(gate), registers_(registers), clock_(clock) {}

    /// False also if the decision cannot be written down.
    bool may_send(const CameraId& camera, const std::string& country, Timestamp from);

private:
    struct Answered {
        std::optional<law::Permit<law::Export>> permit;
        MonoTime at;
    };

    law::Gate& gate_;
    registers::Source& registers_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::pair<CameraId, std::string>, Answered> answers_;
};

}  // namespace proviso::alerts
