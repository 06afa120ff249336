#pragma once

#include <proviso/base/bytes.h>

namespace proviso::media {

/// Writes a box: its size is known when it goes out of scope.
class Box {
public:
    Box(Bytes& out, std::string_view type) : write_(out), start_(out.size()) {
        write_.u32(0).text(type);
    }

    Box(Bytes& out, std::string_view type, std::uint8_t version, std::uint32_t flags)
        : Box(out, type) {
        write_.u8(version).u24(flags);
    }

    Box(const Box&) = delete;
    Box& operator=(const Box&) = delete;

    ~Box() { write_.patch_u32(start_, static_cast<std::uint32_t>(write_.position() - start_)); }

    ByteWriter* operator->() { return &write_; }

private:
    ByteWriter write_;
    std::size_t start_;
};

}  // namespace proviso::media
