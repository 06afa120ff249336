#include <algorithm>
#include <cstring>

#include <proviso/media/nal.h>

namespace proviso::media {
namespace {

/// The offset of the next 00 00 01, or the size if there is none.
std::size_t find_start_code(ByteView bytes) {
    std::size_t at = 0;
    while (at + 3 <= bytes.size()) {
        const auto* zero = static_cast<const std::uint8_t*>(
            std::memchr(bytes.data() + at, 0, bytes.size() - at - 2)
        );
        if (zero == nullptr) break;
        at = static_cast<std::size_t>(zero - bytes.data());
        if (bytes[at + 1] == 0 && bytes[at + 2] == 1) return at;
        ++at;
    }
    return bytes.size();
}

}  // namespace

bool next_length_prefixed(ByteView& rest, std::size_t length_size, ByteView& nal) {
    if (rest.size() < length_size) return false;
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_size; ++i) length = length << 8U | rest[i];
    if (length > rest.size() - length_size) return false;
    nal = rest.subspan(length_size, length);
    rest = rest.subspan(length_size + length);
    return true;
}

bool next_annexb(ByteView& rest, ByteView& nal) {
    while (!rest.empty()) {
        auto start = find_start_code(rest);
        if (start == rest.size()) break;
        rest = rest.subspan(start + 3);
        auto end = find_start_code(rest);
        nal = rest.first(end);
        rest = rest.subspan(end);
        while (!nal.empty() && nal.back() == 0) nal = nal.first(nal.size() - 1);
        if (!nal.empty()) return true;
    }
    rest = {};
    return false;
}

bool is_length_prefixed(ByteView data) {
    if (data.empty()) return false;
    ByteView nal;
    while (!data.empty()) {
        if (!next_length_prefixed(data, 4, nal) || nal.empty()) return false;
    }
    return true;
}

Bytes unescape(ByteView nal, std::size_t limit) {
    Bytes plain;
    plain.reserve(std::min(limit, nal.size()));
    int zeros = 0;
    for (auto byte : nal) {
        if (plain.size() == limit) break;
        if (zeros >= 2 && byte == 3) {
            zeros = 0;
            continue;
        }
        zeros = byte == 0 ? zeros + 1 : 0;
        plain.push_back(byte);
    }
    return plain;
}

}  // namespace proviso::media
