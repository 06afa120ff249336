#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/crypto/hash.h>

/// The files of C2SP tlog-tiles: names and contents.
namespace proviso::ledger {

using crypto::Digest;

inline constexpr std::uint64_t kTileWidth = 256;

/// A tile of hashes (level 0, 1, ...) or a bundle of entries (no level).
struct TileName {
    std::optional<unsigned> level;
    std::uint64_t number = 0;
    std::uint64_t width = kTileWidth;  ///< under kTileWidth: a partial tile

    bool operator==(const TileName&) const = default;
};

/// "tile/0/x001/067", "tile/entries/000.p/17"
std::string path_of(const TileName& name);
/// Nothing unless `path` is exactly what path_of() writes.
std::optional<TileName> parse_tile_path(std::string_view path);

/// How wide tile `number` of a level is in a log of `size` entries; 0 if it is not there yet.
std::uint64_t width_in(std::uint64_t size, unsigned level, std::uint64_t number);

Bytes encode_tile(const std::vector<Digest>& hashes);
/// Appends an entry of at most 65535 bytes to a bundle.
void add_to_bundle(Bytes& bundle, std::string_view entry);

/// The entries of a bundle, as far as they are whole.
struct DecodedBundle {
    std::vector<std::string> entries;
    std::size_t size = 0;  ///< bytes they take
};

DecodedBundle decode_bundle(ByteView bytes, std::uint64_t most);

/// Reads a tile of at least this width; a full tile does for a partial one. Corrupt unless the
/// file has the size that its name demands.
Result<std::vector<Digest>> read_tile(const std::filesystem::path& folder, const TileName& name);
/// The first `name.width` entries of a bundle. Corrupt unless the file holds exactly the entries
/// that its name demands.
Result<std::vector<std::string>> read_bundle(
    const std::filesystem::path& folder, const TileName& name
);

}  // namespace proviso::ledger
