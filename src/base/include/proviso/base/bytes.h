#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/result.h>

namespace proviso {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads big-endian fields from a fixed span and never past its end: after the first read over
/// the end every read gives zero and `ok()` is false, so a parser checks once where it matters.
class ByteReader {
public:
    explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

    bool ok() const { return ok_; }

    std::size_t position() const { return position_; }

    std::size_t remaining() const { return bytes_.size() - position_; }

    std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }

    std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }

    std::uint32_t u24() { return static_cast<std::uint32_t>(big_endian(3)); }

    std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }

    std::uint64_t u64() { return big_endian(8); }

    /// An empty view if fewer than `count` bytes are left.
    ByteView take(std::size_t count);

    void skip(std::size_t count) { take(count); }

private:
    std::uint64_t big_endian(std::size_t width);

    ByteView bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

/// Appends big-endian fields to a growing buffer.
class ByteWriter {
public:
    explicit ByteWriter(Bytes& out) : out_(out) {}

    std::size_t position() const { return out_.size(); }

    ByteWriter& u8(std::uint8_t value) { return big_endian(value, 1); }

    ByteWriter& u16(std::uint16_t value) { return big_endian(value, 2); }

    ByteWriter& u24(std::uint32_t value) { return big_endian(value, 3); }

    ByteWriter& u32(std::uint32_t value) { return big_endian(value, 4); }

    ByteWriter& u64(std::uint64_t value) { return big_endian(value, 8); }

    ByteWriter& bytes(ByteView view) {
        out_.insert(out_.end(), view.begin(), view.end());
        return *this;
    }

    ByteWriter& text(std::string_view view) { return bytes(as_bytes(view)); }

    /// Overwrites four bytes written before, for sizes known only afterwards.
    void patch_u32(std::size_t at, std::uint32_t value);

private:
    ByteWriter& big_endian(std::uint64_t value, std::size_t width);

    Bytes& out_;
};

/// Lower-case hexadecimal.
std::string to_hex(ByteView bytes);

/// Strict: lower case only, even length, nothing else. InvalidInput otherwise.
Result<Bytes> from_hex(std::string_view text);

}  // namespace proviso
