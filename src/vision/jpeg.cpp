#include <algorithm>
#include <memory>

#include <turbojpeg.h>

#include <proviso/vision/picture.h>

namespace proviso::vision {
namespace {

struct Closer {
    void operator()(void* handle) const { tjDestroy(handle); }
};

using Handle = std::unique_ptr<void, Closer>;

std::uint32_t exif_number(ByteView bytes, std::size_t at, std::size_t width, bool little) {
    std::uint32_t value = 0;
    if (at + width > bytes.size()) return 0;
    for (std::size_t i = 0; i < width; ++i) {
        auto byte = bytes[at + (little ? width - 1 - i : i)];
        value = value << 8U | byte;
    }
    return value;
}

/// The orientation tag of a TIFF header (EXIF 2.3, 4.5.4), 1 if there is none.
int orientation_in(ByteView tiff) {
    if (tiff.size() < 8) return 1;
    auto little = tiff[0] == 'I';
    auto directory = std::size_t{exif_number(tiff, 4, 4, little)};
    auto entries = exif_number(tiff, directory, 2, little);
    for (std::uint32_t i = 0; i < std::min(entries, 64U); ++i) {
        auto at = directory + 2 + std::size_t{12} * i;
        if (exif_number(tiff, at, 2, little) != 0x0112) continue;
        auto value = exif_number(tiff, at + 8, 2, little);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

int exif_orientation(ByteView jpeg) {
    for (std::size_t at = 2; at + 4 <= jpeg.size() && jpeg[at] == 0xFF;) {
        auto marker = jpeg[at + 1];
        auto size = std::size_t{exif_number(jpeg, at + 2, 2, false)};
        if (marker == 0xDA || size < 2 || at + 2 + size > jpeg.size()) break;
        auto body = jpeg.subspan(at + 4, size - 2);
        if (marker == 0xE1 && body.size() > 6 && as_text(body.first(4)) == "Exif") {
            return orientation_in(body.subspan(6));
        }
        at += 2 + size;
    }
    return 1;
}

Picture turned(const Picture& from, int orientation) {
    if (orientation == 1) return from;
    auto swaps = orientation >= 5;
    Picture to;
    to.width = swaps ? from.height : from.width;
    to.height = swaps ? from.width : from.height;
    to.bgr.resize(from.bgr.size());
    for (int y = 0; y < to.height; ++y) {
        for (int x = 0; x < to.width; ++x) {
            auto u = swaps ? y : x;
            auto v = swaps ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
                u = from.width - 1 - u;
            }
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
                v = from.height - 1 - v;
            }
            auto source = (std::size_t(v) * std::size_t(from.width) + std::size_t(u)) * 3;
            auto target = (std::size_t(y) * std::size_t(to.width) + std::size_t(x)) * 3;
            std::copy_n(
                from.bgr.begin() + std::ptrdiff_t(source),
                3,
                to.bgr.begin() + std::ptrdiff_t(target)
            );
        }
    }
    return to;
}

}  // namespace

Result<Picture> decode_jpeg(ByteView bytes) {
    Error damaged = invalid_input("the picture is no readable JPEG", "give a JPEG of the person");
    Handle handle(tjInitDecompress());
    int width = 0;
    int height = 0;
    int sampling = 0;
    int colours = 0;
    if (bytes.empty() || tjDecompressHeader3(
                             handle.get(),
                             bytes.data(),
                             static_cast<unsigned long>(bytes.size()),
                             &width,
                             &height,
                             &sampling,
                             &colours
                         ) != 0) {
        return damaged;
    }
    if (width <= 0 || height <= 0) return damaged;
    if (std::int64_t{width} * height > kMostPixels) {
        return Error(ErrorKind::TooLarge, "the picture has too many pixels", "make it smaller");
    }
    if (colours == TJCS_CMYK || colours == TJCS_YCCK) return damaged;
    Picture picture;
    picture.width = width;
    picture.height = height;
    picture.bgr.resize(std::size_t(width) * std::size_t(height) * 3);
    auto result = tjDecompress2(
        handle.get(),
        bytes.data(),
        static_cast<unsigned long>(bytes.size()),
        picture.bgr.data(),
        width,
        0,
        height,
        TJPF_BGR,
        TJFLAG_LIMITSCANS
    );
    if (result != 0 && tjGetErrorCode(handle.get()) == TJERR_FATAL) return damaged;
    // What is cut off in the first half shows too little of a face to be of use.
    auto grey = std::size_t{0};
    auto half = picture.bgr.size() / 2;
    while (result != 0 && half + grey < picture.bgr.size() && picture.bgr[half + grey] == 128)
        ++grey;
    if (result != 0 && half + grey == picture.bgr.size()) return damaged;
    return turned(picture, exif_orientation(bytes));
}

Result<Bytes> encode_jpeg(const Picture& picture, int quality) {
    Handle handle(tjInitCompress());
    unsigned char* out = nullptr;
    unsigned long size = 0;
    auto result = tjCompress2(
        handle.get(),
        picture.bgr.data(),
        picture.width,
        0,
        picture.height,
        TJPF_BGR,
        &out,
        &size,
        TJSAMP_420,
        std::clamp(quality, 1, 100),
        0
    );
    Bytes bytes;
    if (result == 0) bytes.assign(out, out + size);
    tjFree(out);
    if (result != 0) return Error(ErrorKind::Internal, "a picture could not be written as JPEG");
    return bytes;
}

}  // namespace proviso::vision
