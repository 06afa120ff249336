#pragma once

#include <proviso/media/packet.h>

namespace proviso::record {

/// The masked archive is encrypted under keys of its own, so that those of the clear recording can
/// be destroyed early. They stand under the camera's name with this behind it; no camera has such
/// a name.
inline constexpr std::string_view kMaskedSuffix = "_masked";

/// Under which name the keys of a stream stand.
inline CameraId key_owner(const media::StreamKey& stream) {
    if (stream.kind != media::StreamKind::Masked) return stream.camera;
    return CameraId::literal(stream.camera.text() + std::string(kMaskedSuffix));
}

}  // namespace proviso::record
