#pragma once

#include <string>
#include <variant>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/vision/veil.h>

#include "eye_messages.h"

/// What the server and a veil worker tell each other.
namespace proviso::vision {

inline constexpr std::uint32_t kVeilProtocol = 1;

/// Records of the ring to the worker.
enum class VeilOrder : std::uint32_t {
    Parameters = 1,  ///< payload: workers::encode(CodecParameters)
    Picture = 2,     ///< payload: media::Packet::data
    Tell = 3,        ///< pts; payload: boxes
    Finish = 4,
};

/// Records of the ring to the server.
enum class VeilAnswer : std::uint32_t {
    Parameters = 1,
    Picture = 2,  ///< payload: media::Packet::data; flags also kPassed
    Record = 3,   ///< payload: encode(MaskRecord)
    Trouble = 4,  ///< payload: why nothing more comes
    Done = 5,     ///< all that was pushed before Finish has come
};

/// Beside workers::kKeyFrame and kDiscontinuity.
inline constexpr std::uint32_t kPassed = 4;

/// The first message; with it travel the rings to the worker and to the server, and the event
/// descriptors that wake the worker and the server.
struct VeilGreeting {
    std::uint32_t version = kVeilProtocol;
};

/// Descriptors: the config, then the files.
struct VeilWarm {
    std::uint64_t config_size = 0;
    std::vector<PassedFile> files;
};

/// As VeilWarm; with it the session begins.
struct VeilBegin {
    std::uint64_t config_size = 0;
    std::vector<PassedFile> files;
};

using VeilMessage = std::variant<VeilGreeting, VeilWarm, VeilBegin>;

Bytes encode(const VeilMessage& message);
Result<VeilMessage> decode_veil_message(ByteView bytes);

/// Without folders and files.
Bytes encode(const VeilConfig& config);
Result<VeilConfig> decode_veil_config(ByteView bytes);

Bytes encode(const MaskRecord& record);
/// Every number is within its range, lists are no longer than the face says.
Result<MaskRecord> decode_mask_record(ByteView bytes);

Bytes encode(std::span<const behaviour::Box> boxes);
Result<std::vector<behaviour::Box>> decode_boxes(ByteView bytes);

}  // namespace proviso::vision
