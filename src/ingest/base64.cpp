#include "base64.h"

namespace proviso::ingest {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(ByteView bytes) {
    std::string text;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (auto byte : bytes) {
        held = held << 8U | byte;
        for (bits += 8; bits >= 6; bits -= 6) text += kAlphabet[held >> (bits - 6) & 63U];
    }
    if (bits > 0) text += kAlphabet[held << (6 - bits) & 63U];
    while (text.size() % 4 != 0) text += '=';
    return text;
}

Result<Bytes> from_base64(std::string_view text) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (auto c : text) {
        auto digit = kAlphabet.find(c);
        if (digit == std::string_view::npos) return invalid_input("the base64 text is damaged");
        held = held << 6U | static_cast<std::uint32_t>(digit);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>(held >> bits));
        }
    }
    return bytes;
}

}  // namespace proviso::ingest
