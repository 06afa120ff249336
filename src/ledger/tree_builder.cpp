#include "tree_builder.h"

#include <algorithm>

#include <fmt/format.h>

#include <proviso/proof/merkle.h>

namespace proviso::ledger {

namespace {

/// Takes entries one by one and puts every tile that is full into the batch.
class Growth {
public:
    Growth(Edge& edge, FileBatch& batch) : edge_(edge), batch_(batch) {}

    Result<> add(std::string_view entry, const Digest& leaf) {
        add_to_bundle(edge_.bundle, entry);
        auto number = edge_.size++ / kTileWidth;
        bundle_changed_ = true;
        if (edge_.size % kTileWidth == 0) {
            PROVISO_TRY(put({std::nullopt, number, kTileWidth}, edge_.bundle));
            edge_.bundle.clear();
            bundle_changed_ = false;
        }
        return add_hash(0, leaf);
    }

    Result<> finish() {
        if (bundle_changed_) {
            PROVISO_TRY(
                put({std::nullopt, edge_.size / kTileWidth, edge_.size % kTileWidth}, edge_.bundle)
            );
        }
        for (unsigned level = 0; level < changed_.size(); ++level) {
            const auto& hashes = edge_.levels[level];
            if (!changed_[level] || hashes.empty()) continue;
            auto number = (edge_.size >> (8 * level)) / kTileWidth;
            PROVISO_TRY(put({level, number, hashes.size()}, encode_tile(hashes)));
        }
        return batch_.finish();
    }

    const std::vector<TileName>& written() const { return written_; }

private:
    Result<> add_hash(unsigned level, const Digest& hash) {
        if (edge_.levels.size() <= level) edge_.levels.emplace_back();
        changed_.resize(std::max<std::size_t>(changed_.size(), level + 1));
        auto& hashes = edge_.levels[level];
        hashes.push_back(hash);
        changed_[level] = true;
        if (hashes.size() < kTileWidth) return {};
        auto number = (edge_.size >> (8 * level)) / kTileWidth - 1;
        PROVISO_TRY(put({level, number, kTileWidth}, encode_tile(hashes)));
        auto root = proof::tree_root(hashes);
        hashes.clear();
        return add_hash(level + 1, root);
    }

    Result<> put(const TileName& name, ByteView content) {
        written_.push_back(name);
        return batch_.put(path_of(name), content);
    }

    Edge& edge_;
    FileBatch& batch_;
    bool bundle_changed_ = false;
    std::vector<bool> changed_;
    std::vector<TileName> written_;
};

Error read_back_differs(const TileName& name) {
    return {
        ErrorKind::Corrupt,
        fmt::format("{} does not come back from the storage as it was written", path_of(name)),
        "check the storage and the memory of this machine"};
}

}  // namespace

Frontier Edge::frontier() const {
    Frontier frontier;
    for (auto level = levels.size(); level-- > 0;) {
        for (const auto& hash : levels[level]) {
            frontier.add(hash, static_cast<unsigned>(8 * level));
        }
    }
    return frontier;
}

TreeBuilder::TreeBuilder(std::filesystem::path folder, Edge edge, Disk& disk)
    : folder_(std::move(folder)),
      edge_(std::move(edge)),
      frontier_(edge_.frontier()),
      disk_(disk) {}

Result<Digest> TreeBuilder::grow(std::span<const std::string_view> entries) {
    auto edge = edge_;
    auto frontier = frontier_;
    FileBatch batch(disk_, folder_);
    Growth growth(edge, batch);
    for (auto entry : entries) {
        auto leaf = proof::leaf_hash(as_bytes(entry));
        frontier.add(leaf, 0);
        PROVISO_TRY(growth.add(entry, leaf));
    }
    PROVISO_TRY(growth.finish());
    PROVISO_TRY(check_read_back(growth.written(), edge.size));
    auto root = PROVISO_TRY(TileTree(folder_, edge.size).root());
    if (root != frontier.root()) {
        return Error(
            ErrorKind::Corrupt,
            "the tree on the storage is not the tree of what was appended",
            "check the storage and the memory of this machine"
        );
    }
    for (const auto& name : growth.written()) {
        if (name.width == kTileWidth) outgrown_.push_back(name);
    }
    edge_ = std::move(edge);
    frontier_ = std::move(frontier);
    return root;
}

/// Every bundle hashes to its level-0 tile, and every full tile to its place one level up.
Result<> TreeBuilder::check_read_back(const std::vector<TileName>& written, std::uint64_t size)
    const {
    for (const auto& name : written) {
        std::vector<Digest> hashes;
        if (!name.level) {
            for (const auto& entry : PROVISO_TRY(read_bundle(folder_, name))) {
                hashes.push_back(proof::leaf_hash(as_bytes(entry)));
            }
            auto tile = PROVISO_TRY(read_tile(folder_, {0, name.number, name.width}));
            if (tile != hashes) return read_back_differs(name);
        } else if (name.width == kTileWidth) {
            hashes = PROVISO_TRY(read_tile(folder_, name));
            auto above = *name.level + 1;
            auto number = name.number / kTileWidth;
            auto parent =
                PROVISO_TRY(read_tile(folder_, {above, number, width_in(size, above, number)}));
            if (parent.at(name.number % kTileWidth) != proof::tree_root(hashes)) {
                return read_back_differs(name);
            }
        }
    }
    return {};
}

void TreeBuilder::remove_outgrown() {
    std::error_code ignored;  // what stays is checked like everything else, and harmless
    for (const auto& name : outgrown_) {
        auto partials = folder_ / path_of(name);
        partials += ".p";
        std::filesystem::remove_all(partials, ignored);
    }
    outgrown_.clear();
}

}  // namespace proviso::ledger
