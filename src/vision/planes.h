#pragma once

#include <cstdint>
#include <memory>

#include <proviso/base/bytes.h>
#include <proviso/base/result.h>

struct AVFrame;

namespace proviso::vision {

/// One decoded picture, 8 bits, planes of luma and colour, or grey.
struct Planes {
    int width = 0;
    int height = 0;
    const std::uint8_t* y = nullptr;
    const std::uint8_t* u = nullptr;  ///< null: grey
    const std::uint8_t* v = nullptr;
    int y_stride = 0;
    int uv_stride = 0;
    int chroma_x = 1;  ///< log2 of the horizontal subsampling
    int chroma_y = 1;
    std::shared_ptr<const void> owner;  ///< keeps the bytes; null: valid until the next picture
};

/// The planes of a decoded frame. More than eight bits are made eight in `narrowed`, which is made
/// anew while somebody else holds it. InvalidInput for a colour format that is not looked at.
Result<Planes> planes_of(const AVFrame& frame, std::shared_ptr<Bytes>& narrowed);

}  // namespace proviso::vision
