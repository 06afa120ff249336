#include "planes.h"

#include <algorithm>
#include <cstring>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
}

namespace proviso::vision {
namespace {

/// Rows of 16-bit samples as rows of their upper eight bits.
void narrow(
    const std::uint8_t* from, int from_stride, int width, int height, int shift, std::uint8_t* to
) {
    for (int row = 0; row < height; ++row) {
        for (int x = 0; x < width; ++x) {
            std::uint16_t sample = 0;
            std::memcpy(&sample, from + x * 2, 2);
            to[x] = static_cast<std::uint8_t>(std::min(255, sample >> shift));
        }
        from += from_stride;
        to += width;
    }
}

}  // namespace

Result<Planes> planes_of(const AVFrame& frame, std::shared_ptr<Bytes>& narrowed) {
    const auto* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    if (format == nullptr || frame.width <= 0 || frame.height <= 0 ||
        (format->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_PAL |
                          AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_BITSTREAM)) != 0 ||
        (format->nb_components > 1 && (format->flags & AV_PIX_FMT_FLAG_PLANAR) == 0)) {
        return invalid_input("the pictures have a colour format that is not looked at");
    }
    Planes planes;
    planes.width = frame.width;
    planes.height = frame.height;
    planes.y = frame.data[0];
    planes.y_stride = frame.linesize[0];
    planes.chroma_x = format->log2_chroma_w;
    planes.chroma_y = format->log2_chroma_h;
    if (format->nb_components >= 3) {
        planes.u = frame.data[1];
        planes.v = frame.data[2];
        planes.uv_stride = frame.linesize[1];
    }
    auto depth = format->comp[0].depth;
    if (depth == 8) return planes;
    if (depth < 8 || depth > 16) return invalid_input("the pictures have too few or many colours");
    auto chroma_width = AV_CEIL_RSHIFT(planes.width, planes.chroma_x);
    auto chroma_height = AV_CEIL_RSHIFT(planes.height, planes.chroma_y);
    auto luma_size = std::size_t(planes.width) * std::size_t(planes.height);
    auto chroma_size = std::size_t(chroma_width) * std::size_t(chroma_height);
    if (!narrowed || narrowed.use_count() > 1) narrowed = std::make_shared<Bytes>();
    narrowed->resize(luma_size + 2 * chroma_size);
    narrow(planes.y, planes.y_stride, planes.width, planes.height, depth - 8, narrowed->data());
    planes.y = narrowed->data();
    planes.y_stride = planes.width;
    if (planes.u == nullptr) return planes;
    auto* u = narrowed->data() + luma_size;
    auto* v = u + chroma_size;
    narrow(planes.u, planes.uv_stride, chroma_width, chroma_height, depth - 8, u);
    narrow(planes.v, frame.linesize[2], chroma_width, chroma_height, depth - 8, v);
    planes.u = u;
    planes.v = v;
    planes.uv_stride = chroma_width;
    return planes;
}

}  // namespace proviso::vision
