#pragma once

#include <proviso/base/bytes.h>

namespace proviso::vision {

/// A picture in memory: rows of blue, green, red bytes without padding.
struct Picture {
    int width = 0;
    int height = 0;
    Bytes bgr;
};

/// No picture larger than this is decoded, whatever its header says.
inline constexpr std::int64_t kMostPixels = 36'000'000;

/// A JPEG turned upright as its EXIF orientation says. InvalidInput if it is none or is damaged
/// before half of it, TooLarge over kMostPixels. To be called where bytes from outside may be
/// decoded: in a worker or a command of the operator.
Result<Picture> decode_jpeg(ByteView bytes);

/// `quality` 1..100.
Result<Bytes> encode_jpeg(const Picture& picture, int quality);

}  // namespace proviso::vision
