#include "crc32.h"

#include <array>

namespace proviso::proof {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        auto value = byte;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 1U) != 0 ? value >> 1U ^ 0xedb88320U : value >> 1U;
        }
        table[byte] = value;
    }
    return table;
}

constexpr auto kTable = make_table();

}  // namespace

std::uint32_t crc32(ByteView bytes) {
    std::uint32_t value = 0xffffffffU;
    for (auto byte : bytes) value = kTable[(value ^ byte) & 0xffU] ^ value >> 8U;
    return ~value;
}

}  // namespace proviso::proof
