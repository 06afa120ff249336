#include <algorithm>
#include <cstdlib>

#include <sys/random.h>

#include <proviso/base/bytes.h>
#include <proviso/base/id.h>

namespace proviso {

bool is_slug(std::string_view text) {
    auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= 63 && alphanumeric(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return alphanumeric(c) || c == '-' || c == '_';
           });
}

Uuid Uuid::random() {
    std::array<std::uint8_t, 16> bytes{};
    // Sixteen bytes are never returned in part, and a kernel without randomness is no place to be.
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        std::abort();
    }
    return Uuid(bytes);
}

Result<Uuid> Uuid::parse(std::string_view hex) {
    if (hex.size() != 32) return invalid_input("an id has 32 hexadecimal digits");
    auto decoded = PROVISO_TRY(from_hex(hex));
    std::array<std::uint8_t, 16> bytes{};
    std::copy(decoded.begin(), decoded.end(), bytes.begin());
    return Uuid(bytes);
}

std::string Uuid::text() const { return to_hex(bytes_); }

}  // namespace proviso
