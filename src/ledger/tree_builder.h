#pragma once

#include <span>
#include <string>
#include <vector>

#include "disk.h"
#include "tile_tree.h"

namespace proviso::ledger {

/// The growing end of the tree: the tiles that are not full yet.
struct Edge {
    std::uint64_t size = 0;
    Bytes bundle;                             ///< the entries of the last, partial bundle
    std::vector<std::vector<Digest>> levels;  ///< the hashes of the partial tile of each level

    Frontier frontier() const;
};

/// Writes entries into tiles. Not thread-safe.
class TreeBuilder {
public:
    TreeBuilder(std::filesystem::path folder, Edge edge, Disk& disk);

    /// Writes all tiles that `entries` change, makes them durable, reads them back, and compares
    /// the root over what was read with the root computed from `entries`. On an error the tree is
    /// as before and the same entries may be given again.
    Result<Digest> grow(std::span<const std::string_view> entries);

    std::uint64_t size() const { return edge_.size; }

    Digest root() const { return frontier_.root(); }

    /// Removes the partial tiles whose full tiles are there, once a checkpoint covers these.
    void remove_outgrown();

private:
    Result<> check_read_back(const std::vector<TileName>& written, std::uint64_t size) const;

    std::filesystem::path folder_;
    Edge edge_;
    Frontier frontier_;
    Disk& disk_;
    std::vector<TileName> outgrown_;
};

}  // namespace proviso::ledger
