#include <proviso/base/bytes.h>

namespace proviso {

ByteView ByteReader::take(std::size_t count) {
    if (!ok_ || count > remaining()) {
        ok_ = false;
        position_ = bytes_.size();
        return {};
    }
    auto view = bytes_.subspan(position_, count);
    position_ += count;
    return view;
}

std::uint64_t ByteReader::big_endian(std::size_t width) {
    std::uint64_t value = 0;
    for (auto byte : take(width)) value = value << 8U | byte;
    return value;
}

ByteWriter& ByteWriter::big_endian(std::uint64_t value, std::size_t width) {
    for (std::size_t i = width; i-- > 0;) {
        out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    return *this;
}

void ByteWriter::patch_u32(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
        out_.at(at + i) = static_cast<std::uint8_t>(value >> (8 * (3 - i)));
    }
}

std::string to_hex(ByteView bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (auto byte : bytes) {
        text.push_back(kDigits[byte >> 4U]);
        text.push_back(kDigits[byte & 15U]);
    }
    return text;
}

Result<Bytes> from_hex(std::string_view text) {
    auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return -1;
    };
    if (text.size() % 2 != 0) return invalid_input("hexadecimal text has an odd length");
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        auto high = digit(text[i]);
        auto low = digit(text[i + 1]);
        if (high < 0 || low < 0) {
            return invalid_input("hexadecimal text holds something other than 0-9 and a-f");
        }
        bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return bytes;
}

}  // namespace proviso
