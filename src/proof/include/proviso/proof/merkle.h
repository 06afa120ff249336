#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/crypto/hash.h>

namespace proviso::proof {

using crypto::Digest;

/// RFC 6962 section 2.1: SHA-256(0x00 || leaf) and SHA-256(0x01 || left || right).
Digest leaf_hash(ByteView leaf);
Digest node_hash(const Digest& left, const Digest& right);

/// The root over leaf hashes; of none it is SHA-256 of nothing.
Digest tree_root(std::span<const Digest> leaf_hashes);

/// The audit path of RFC 6962 section 2.1.1. `index < leaf_hashes.size()`.
std::vector<Digest> inclusion_path(std::span<const Digest> leaf_hashes, std::size_t index);

bool verify_inclusion(
    const Digest& leaf,
    std::uint64_t index,
    std::uint64_t size,
    std::span<const Digest> path,
    const Digest& root
);

/// Leaf hashes by their index.
using KnownLeaves = std::map<std::uint64_t, Digest>;

/// One proof for many leaves: the roots of the largest subtrees that hold none of `indices`,
/// from left to right.
std::vector<Digest> subset_path(
    std::span<const Digest> leaf_hashes, std::span<const std::uint64_t> indices
);

/// The root that follows from `known` leaves and the path subset_path() gave for their indices;
/// nothing unless the path has exactly the digests that are needed.
std::optional<Digest> root_of_subset(
    const KnownLeaves& known, std::uint64_t size, std::span<const Digest> path
);

/// The consistency proof of RFC 6962 section 2.1.2 between the first `old_size` leaves and all.
std::vector<Digest> consistency_path(std::span<const Digest> leaf_hashes, std::size_t old_size);

bool verify_consistency(
    std::uint64_t old_size,
    const Digest& old_root,
    std::uint64_t new_size,
    const Digest& new_root,
    std::span<const Digest> path
);

}  // namespace proviso::proof
