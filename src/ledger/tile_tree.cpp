#include "tile_tree.h"

#include <bit>

#include <proviso/proof/merkle.h>

namespace proviso::ledger {

using proof::node_hash;

TileTree::TileTree(std::filesystem::path folder, std::uint64_t size)
    : folder_(std::move(folder)), size_(size) {}

Result<const std::vector<Digest>*> TileTree::tile(unsigned level, std::uint64_t number) {
    auto found = tiles_.find({level, number});
    if (found == tiles_.end()) {
        TileName name{level, number, width_in(size_, level, number)};
        auto hashes = PROVISO_TRY(read_tile(folder_, name));
        found = tiles_.emplace(std::pair(level, number), std::move(hashes)).first;
    }
    return &found->second;
}

Result<Digest> TileTree::range(std::uint64_t begin, std::uint64_t end) {
    auto size = end - begin;
    if (std::has_single_bit(size)) {
        auto level = static_cast<unsigned>(std::countr_zero(size)) / 8;
        auto first = begin >> (8 * level);
        auto count = size >> (8 * level);
        const auto* hashes = PROVISO_TRY(tile(level, first / kTileWidth));
        auto within = first % kTileWidth;
        if (within + count > hashes->size()) {
            return Error(ErrorKind::Internal, "a tile is asked for what it does not hold");
        }
        return proof::tree_root(std::span(*hashes).subspan(within, count));
    }
    auto middle = begin + std::bit_floor(size - 1);
    auto left = PROVISO_TRY(range(begin, middle));
    return node_hash(left, PROVISO_TRY(range(middle, end)));
}

Result<Digest> TileTree::root() {
    if (size_ == 0) return proof::tree_root({});
    return range(0, size_);
}

Result<std::vector<Digest>> TileTree::inclusion_path(std::uint64_t index) {
    std::vector<Digest> path;
    PROVISO_TRY(inclusion(index, 0, size_, path));
    return path;
}

Result<> TileTree::inclusion(
    std::uint64_t index, std::uint64_t begin, std::uint64_t end, std::vector<Digest>& path
) {
    if (end - begin == 1) return {};
    auto middle = begin + std::bit_floor(end - begin - 1);
    if (index < middle) {
        PROVISO_TRY(inclusion(index, begin, middle, path));
        path.push_back(PROVISO_TRY(range(middle, end)));
    } else {
        PROVISO_TRY(inclusion(index, middle, end, path));
        path.push_back(PROVISO_TRY(range(begin, middle)));
    }
    return {};
}

Result<std::vector<Digest>> TileTree::consistency_path(
    std::uint64_t old_size, std::uint64_t new_size
) {
    std::vector<Digest> path;
    PROVISO_TRY(consistency(old_size, 0, new_size, true, path));
    return path;
}

Result<> TileTree::consistency(
    std::uint64_t old_size,
    std::uint64_t begin,
    std::uint64_t end,
    bool whole,
    std::vector<Digest>& path
) {
    if (old_size == end - begin) {
        if (!whole) path.push_back(PROVISO_TRY(range(begin, end)));
        return {};
    }
    auto left = std::bit_floor(end - begin - 1);
    if (old_size <= left) {
        PROVISO_TRY(consistency(old_size, begin, begin + left, whole, path));
        path.push_back(PROVISO_TRY(range(begin + left, end)));
    } else {
        PROVISO_TRY(consistency(old_size - left, begin + left, end, false, path));
        path.push_back(PROVISO_TRY(range(begin, begin + left)));
    }
    return {};
}

void Frontier::add(const Digest& root, unsigned height) {
    Perfect added{root, height};
    while (!perfect_.empty() && perfect_.back().height == added.height) {
        added = {node_hash(perfect_.back().root, added.root), added.height + 1};
        perfect_.pop_back();
    }
    perfect_.push_back(added);
}

Digest Frontier::root() const {
    if (perfect_.empty()) return proof::tree_root({});
    auto root = perfect_.back().root;
    for (auto left = perfect_.rbegin() + 1; left != perfect_.rend(); ++left) {
        root = node_hash(left->root, root);
    }
    return root;
}

}  // namespace proviso::ledger
