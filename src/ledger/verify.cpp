#include "verify.h"

#include <algorithm>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/ledger/tile_ledger.h>

namespace proviso::ledger {

namespace fs = std::filesystem;

namespace {

using Visit = std::function<Result<>(std::uint64_t, std::string_view)>;

Error damaged(std::uint64_t entry, const TileName& name) {
    return {
        ErrorKind::Corrupt,
        fmt::format("ledger entry {} is damaged, or {} is", entry, path_of(name)),
        "put the newest undamaged copy of the ledger folder back"};
}

Error damaged(std::uint64_t entry, Error why) {
    return {
        ErrorKind::Corrupt,
        fmt::format("ledger entry {} is damaged: {}", entry, why.story()),
        "put the newest undamaged copy of the ledger folder back"};
}

/// The leaf hashes of one bundle, after comparing them with their tile.
Result<std::vector<Digest>> leaves_of(
    const fs::path& folder, std::uint64_t number, std::uint64_t width, const Visit& visit
) {
    auto first = number * kTileWidth;
    auto entries = read_bundle(folder, {std::nullopt, number, width});
    if (!entries) return damaged(first, std::move(entries).error());
    TileName name{0, number, width};
    auto tile = read_tile(folder, name);
    if (!tile) return damaged(first, std::move(tile).error());
    std::vector<Digest> leaves;
    for (std::size_t i = 0; i < width; ++i) {
        leaves.push_back(proof::leaf_hash(as_bytes((*entries)[i])));
        if (leaves.back() != (*tile)[i]) return damaged(first + i, name);
        if (!visit) continue;
        if (auto visited = visit(first + i, (*entries)[i]); !visited) {
            return damaged(first + i, std::move(visited).error());
        }
    }
    return leaves;
}

/// Compares the tiles of one level with the hashes that follow from the level below; returns
/// those of the level above and leaves the partial tile's hashes in `rest`.
Result<std::vector<Digest>> check_level(
    const fs::path& folder,
    unsigned level,
    const std::vector<Digest>& hashes,
    std::vector<Digest>& rest
) {
    std::vector<Digest> above;
    for (std::size_t at = 0; at < hashes.size(); at += kTileWidth) {
        auto own =
            std::span(hashes).subspan(at, std::min<std::size_t>(kTileWidth, hashes.size() - at));
        TileName name{level, at / kTileWidth, own.size()};
        auto first_entry = std::uint64_t{at} << (8 * level);
        auto tile = read_tile(folder, name);
        if (!tile) return damaged(first_entry, std::move(tile).error());
        auto differ = std::ranges::mismatch(own, *tile);
        if (differ.in1 != own.end()) {
            auto position = static_cast<std::uint64_t>(differ.in1 - own.begin());
            return damaged((at + position) << (8 * level), name);
        }
        if (own.size() == kTileWidth) {
            above.push_back(proof::tree_root(own));
        } else {
            rest.assign(own.begin(), own.end());
        }
    }
    return above;
}

/// A partial tile left from when the log was smaller must be the beginning of what is there now.
Result<> check_older_partial(const fs::path& folder, const TileName& name, std::uint64_t size) {
    auto width = width_in(size, name.level.value_or(0), name.number);
    if (name.width > width) return {};  // newer than the checkpoint, so not part of it yet
    auto own = PROVISO_TRY(read_file(folder / path_of(name)));
    std::string expected;
    if (name.level) {
        auto hashes = PROVISO_TRY(read_tile(folder, {name.level, name.number, width}));
        hashes.resize(name.width);
        auto bytes = encode_tile(hashes);
        expected = as_text(bytes);
    } else {
        Bytes bundle;
        auto entries = PROVISO_TRY(read_bundle(folder, {name.level, name.number, width}));
        for (std::size_t i = 0; i < name.width; ++i) add_to_bundle(bundle, entries[i]);
        expected = as_text(bundle);
    }
    if (own == expected) return {};
    return Error(ErrorKind::Corrupt, fmt::format("{} is damaged", path_of(name)));
}

Result<> check_other_files(const fs::path& folder, std::uint64_t size) {
    std::error_code error;
    for (const auto& file : fs::recursive_directory_iterator(folder / "tile", error)) {
        if (!file.is_regular_file()) continue;
        auto path = file.path().lexically_relative(folder).string();
        if (path.find(".new-") != std::string::npos) continue;  // a crash left it, nobody reads it
        auto name = parse_tile_path(path);
        if (!name) {
            return Error(ErrorKind::Corrupt, fmt::format("{} does not belong to a ledger", path));
        }
        if (name->width < kTileWidth) PROVISO_TRY(check_older_partial(folder, *name, size));
    }
    if (error && size > 0) return errno_error("list the ledger's tiles", error.value());
    return {};
}

/// The note that the log keeps so that it never signs a smaller size; a mirror has none.
Result<> check_last_signed(
    const fs::path& folder, const proof::Checkpoint& checkpoint, const crypto::PublicKey& key
) {
    auto note = read_file(folder / "last-signed", 4096);
    if (!note && note.error().kind() == ErrorKind::NotFound) return {};
    auto last = PROVISO_TRY(
        proof::open_checkpoint(PROVISO_TRY(std::move(note)), key).while_doing("last-signed")
    );
    if (last.origin == checkpoint.origin && last.size >= checkpoint.size &&
        (last.size > checkpoint.size || last.root == checkpoint.root)) {
        return {};
    }
    return Error(ErrorKind::Corrupt, "last-signed and checkpoint contradict each other");
}

}  // namespace

Result<Edge> verify_tree(
    const fs::path& folder, const proof::Checkpoint& checkpoint, const Visit& visit
) {
    Edge edge;
    edge.size = checkpoint.size;
    std::vector<Digest> hashes;
    for (std::uint64_t number = 0; number * kTileWidth < edge.size; ++number) {
        auto width = width_in(edge.size, 0, number);
        auto leaves = PROVISO_TRY(leaves_of(folder, number, width, visit));
        if (width == kTileWidth) {
            hashes.push_back(proof::tree_root(leaves));
            continue;
        }
        for (const auto& entry : PROVISO_TRY(read_bundle(folder, {std::nullopt, number, width}))) {
            add_to_bundle(edge.bundle, entry);
        }
        edge.levels.push_back(std::move(leaves));
    }
    if (edge.size > 0 && edge.levels.empty()) edge.levels.emplace_back();
    for (unsigned level = 1; !hashes.empty(); ++level) {
        edge.levels.emplace_back();
        hashes = PROVISO_TRY(check_level(folder, level, hashes, edge.levels.back()));
    }
    if (edge.frontier().root() != checkpoint.root) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format(
                "the {} ledger entries are consistent, but not those of the signed checkpoint",
                checkpoint.size
            ),
            "put the newest undamaged copy of the ledger folder back"
        );
    }
    return edge;
}

Result<std::uint64_t> verify_tile_ledger(const fs::path& folder, std::string_view verifier_key) {
    auto key = PROVISO_TRY(proof::parse_verifier_key(verifier_key));
    auto note = PROVISO_TRY(read_file(folder / "checkpoint", 4096));
    auto checkpoint = PROVISO_TRY(proof::open_checkpoint(note, key.key));
    if (checkpoint.origin != key.origin) {
        return Error(ErrorKind::Corrupt, "the checkpoint is of another log than the key");
    }
    PROVISO_TRY(check_last_signed(folder, checkpoint, key.key));
    auto strict = [](std::uint64_t /*index*/, std::string_view entry) -> Result<> {
        PROVISO_TRY(proof::decode_entry(entry));
        return {};
    };
    PROVISO_TRY(verify_tree(folder, checkpoint, strict));
    PROVISO_TRY(check_other_files(folder, checkpoint.size));
    return checkpoint.size;
}

}  // namespace proviso::ledger
