#include "tiles.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <proviso/base/file.h>

namespace proviso::ledger {

namespace {

constexpr std::size_t kDigest = sizeof(Digest);
constexpr std::uint64_t kMostBundleBytes = kTileWidth * 65'537;
constexpr unsigned kMostLevel = 8;  // 256^8 is more than can be counted

/// "x001/x234/067": three digits at a time, all groups but the last marked.
std::string digits_of(std::uint64_t number) {
    auto text = fmt::format("{:03}", number % 1000);
    for (number /= 1000; number > 0; number /= 1000) {
        text = fmt::format("x{:03}/{}", number % 1000, text);
    }
    return text;
}

template <class T>
bool parse_number(std::string_view text, T& value) {
    auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

std::string_view take_part(std::string_view& path) {
    auto slash = path.find('/');
    auto part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return part;
}

/// The file for the name, or the full tile in its place.
Result<std::pair<std::string, TileName>> read_named(
    const std::filesystem::path& folder, TileName name, std::uint64_t limit
) {
    auto content = read_file(folder / path_of(name), limit);
    if (!content && content.error().kind() == ErrorKind::NotFound && name.width < kTileWidth) {
        name.width = kTileWidth;
        content = read_file(folder / path_of(name), limit);
    }
    if (!content) return std::move(content).error();
    return std::pair(*std::move(content), name);
}

Error wrong_content(const TileName& name) {
    return {ErrorKind::Corrupt, fmt::format("{} is damaged", path_of(name))};
}

}  // namespace

std::string path_of(const TileName& name) {
    auto level = name.level ? std::to_string(*name.level) : std::string("entries");
    auto path = fmt::format("tile/{}/{}", level, digits_of(name.number));
    if (name.width < kTileWidth) path += fmt::format(".p/{}", name.width);
    return path;
}

std::optional<TileName> parse_tile_path(std::string_view path) {
    auto rest = path;
    TileName name;
    if (take_part(rest) != "tile") return {};
    if (auto level = take_part(rest); level != "entries") {
        name.level = 0;
        if (!parse_number(level, *name.level) || *name.level > kMostLevel) return {};
    }
    for (;;) {
        auto part = take_part(rest);
        bool more = part.starts_with('x');
        if (more) part.remove_prefix(1);
        bool partial = part.ends_with(".p");
        if (partial) part.remove_suffix(2);
        std::uint64_t group = 0;
        if (part.size() != 3 || !parse_number(part, group) || name.number > UINT64_MAX / 2000) {
            return {};
        }
        name.number = name.number * 1000 + group;
        if (more) continue;
        if (partial && !parse_number(take_part(rest), name.width)) return {};
        break;
    }
    bool sensible = name.width > 0 && name.width <= kTileWidth && rest.empty();
    if (!sensible || path_of(name) != path) return {};
    return name;
}

std::uint64_t width_in(std::uint64_t size, unsigned level, std::uint64_t number) {
    auto hashes = size >> (8 * level);
    auto before = number * kTileWidth;
    return before >= hashes ? 0 : std::min(kTileWidth, hashes - before);
}

Bytes encode_tile(const std::vector<Digest>& hashes) {
    Bytes bytes;
    bytes.reserve(hashes.size() * kDigest);
    for (const auto& hash : hashes) bytes.insert(bytes.end(), hash.begin(), hash.end());
    return bytes;
}

void add_to_bundle(Bytes& bundle, std::string_view entry) {
    ByteWriter(bundle).u16(static_cast<std::uint16_t>(entry.size())).text(entry);
}

DecodedBundle decode_bundle(ByteView bytes, std::uint64_t most) {
    ByteReader read(bytes);
    DecodedBundle decoded;
    while (decoded.entries.size() < most && read.remaining() > 0) {
        auto entry = read.take(read.u16());
        if (!read.ok()) break;
        decoded.entries.emplace_back(as_text(entry));
        decoded.size = read.position();
    }
    return decoded;
}

Result<std::vector<Digest>> read_tile(const std::filesystem::path& folder, const TileName& name) {
    auto [content, found] = PROVISO_TRY(read_named(folder, name, kTileWidth * kDigest));
    if (content.size() != found.width * kDigest) return wrong_content(found);
    std::vector<Digest> hashes(name.width);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        auto bytes = as_bytes(content).subspan(i * kDigest, kDigest);
        std::copy(bytes.begin(), bytes.end(), hashes[i].begin());
    }
    return hashes;
}

Result<std::vector<std::string>> read_bundle(
    const std::filesystem::path& folder, const TileName& name
) {
    auto [content, found] = PROVISO_TRY(read_named(folder, name, kMostBundleBytes));
    auto decoded = decode_bundle(as_bytes(content), found.width);
    if (decoded.entries.size() != found.width || decoded.size != content.size()) {
        auto first_bad = name.number * kTileWidth + decoded.entries.size();
        return std::move(wrong_content(found))
            .while_doing(fmt::format("ledger entry {}", first_bad));
    }
    decoded.entries.resize(name.width);
    return std::move(decoded.entries);
}

}  // namespace proviso::ledger
