#pragma once

#include <map>

#include <proviso/crypto/hash.h>

#include "tiles.h"

namespace proviso::ledger {

/// The Merkle tree of a log of `size` entries, read from the tiles of its folder as needed. There
/// must be, or have been, a checkpoint of this size, because only then are there its partial tiles.
/// Keeps the tiles it has read. Not thread-safe.
class TileTree {
public:
    TileTree(std::filesystem::path folder, std::uint64_t size);

    Result<Digest> root();
    /// `index < size`.
    Result<std::vector<Digest>> inclusion_path(std::uint64_t index);
    /// `0 < old_size < new_size <= size`.
    Result<std::vector<Digest>> consistency_path(std::uint64_t old_size, std::uint64_t new_size);

private:
    /// The root over the leaves [begin, end), where begin is a multiple of the least power of two
    /// that is not smaller than end - begin, as in every subtree of RFC 6962.
    Result<Digest> range(std::uint64_t begin, std::uint64_t end);
    Result<> inclusion(
        std::uint64_t index, std::uint64_t begin, std::uint64_t end, std::vector<Digest>& path
    );
    Result<> consistency(
        std::uint64_t old_size,
        std::uint64_t begin,
        std::uint64_t end,
        bool whole,
        std::vector<Digest>& path
    );
    Result<const std::vector<Digest>*> tile(unsigned level, std::uint64_t number);

    std::filesystem::path folder_;
    std::uint64_t size_;
    std::map<std::pair<unsigned, std::uint64_t>, std::vector<Digest>> tiles_;
};

/// The right edge of a growing tree: roots of perfect subtrees, largest first. The tree's root
/// follows from it without looking at any tile.
class Frontier {
public:
    /// Adds the root of a perfect subtree of 2^height leaves, not higher than the last one.
    void add(const Digest& root, unsigned height);

    Digest root() const;

private:
    struct Perfect {
        Digest root;
        unsigned height;
    };

    std::vector<Perfect> perfect_;
};

}  // namespace proviso::ledger
