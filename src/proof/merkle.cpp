#include <algorithm>
#include <bit>

#include <proviso/proof/merkle.h>

namespace proviso::proof {

namespace {

/// The largest power of two smaller than `size`, which is at least two.
std::size_t left_size(std::size_t size) { return std::bit_floor(size - 1); }

void inclusion(std::span<const Digest> leaves, std::size_t index, std::vector<Digest>& path) {
    if (leaves.size() == 1) return;
    auto left = left_size(leaves.size());
    if (index < left) {
        inclusion(leaves.first(left), index, path);
        path.push_back(tree_root(leaves.subspan(left)));
    } else {
        inclusion(leaves.subspan(left), index - left, path);
        path.push_back(tree_root(leaves.first(left)));
    }
}

bool any_within(std::span<const std::uint64_t> sorted, std::uint64_t begin, std::uint64_t end) {
    auto found = std::lower_bound(sorted.begin(), sorted.end(), begin);
    return found != sorted.end() && *found < end;
}

void subset(
    std::span<const Digest> leaves,
    std::uint64_t begin,
    std::span<const std::uint64_t> sorted,
    std::vector<Digest>& path
) {
    if (!any_within(sorted, begin, begin + leaves.size())) {
        path.push_back(tree_root(leaves));
    } else if (leaves.size() > 1) {
        auto left = left_size(leaves.size());
        subset(leaves.first(left), begin, sorted, path);
        subset(leaves.subspan(left), begin + left, sorted, path);
    }
}

/// Takes digests off the front of `path` as it needs them.
std::optional<Digest> root_within(
    const KnownLeaves& known, std::uint64_t begin, std::uint64_t size, std::span<const Digest>& path
) {
    auto first = known.lower_bound(begin);
    if (first == known.end() || first->first - begin >= size) {
        if (path.empty()) return {};
        auto root = path.front();
        path = path.subspan(1);
        return root;
    }
    if (size == 1) return first->second;
    auto left_count = std::bit_floor(size - 1);
    auto left = root_within(known, begin, left_count, path);
    if (!left) return {};
    auto right = root_within(known, begin + left_count, size - left_count, path);
    if (!right) return {};
    return node_hash(*left, *right);
}

/// `whole` is true while the old tree is the complete left part of this subtree, whose root the
/// verifier then knows.
void consistency(
    std::span<const Digest> leaves, std::size_t old_size, bool whole, std::vector<Digest>& path
) {
    if (old_size == leaves.size()) {
        if (!whole) path.push_back(tree_root(leaves));
        return;
    }
    auto left = left_size(leaves.size());
    if (old_size <= left) {
        consistency(leaves.first(left), old_size, whole, path);
        path.push_back(tree_root(leaves.subspan(left)));
    } else {
        consistency(leaves.subspan(left), old_size - left, false, path);
        path.push_back(tree_root(leaves.first(left)));
    }
}

}  // namespace

Digest leaf_hash(ByteView leaf) {
    static constexpr std::array<std::uint8_t, 1> kLeaf{0};
    thread_local crypto::Sha256 hash;
    return hash.update(kLeaf).update(leaf).finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
    std::array<std::uint8_t, 65> node{1};
    std::copy(left.begin(), left.end(), node.begin() + 1);
    std::copy(right.begin(), right.end(), node.begin() + 33);
    return crypto::sha256(node);
}

Digest tree_root(std::span<const Digest> leaf_hashes) {
    if (leaf_hashes.empty()) return crypto::sha256({});
    if (leaf_hashes.size() == 1) return leaf_hashes.front();
    auto left = left_size(leaf_hashes.size());
    return node_hash(tree_root(leaf_hashes.first(left)), tree_root(leaf_hashes.subspan(left)));
}

std::vector<Digest> inclusion_path(std::span<const Digest> leaf_hashes, std::size_t index) {
    std::vector<Digest> path;
    if (index < leaf_hashes.size()) inclusion(leaf_hashes, index, path);
    return path;
}

// RFC 9162 section 2.1.3.2.
bool verify_inclusion(
    const Digest& leaf,
    std::uint64_t index,
    std::uint64_t size,
    std::span<const Digest> path,
    const Digest& root
) {
    if (index >= size) return false;
    auto node = index;
    auto last = size - 1;
    auto digest = leaf;
    for (const auto& sibling : path) {
        if (last == 0) return false;
        if ((node & 1U) != 0 || node == last) {
            digest = node_hash(sibling, digest);
            while ((node & 1U) == 0 && node != 0) {
                node >>= 1U;
                last >>= 1U;
            }
        } else {
            digest = node_hash(digest, sibling);
        }
        node >>= 1U;
        last >>= 1U;
    }
    return last == 0 && digest == root;
}

std::vector<Digest> subset_path(
    std::span<const Digest> leaf_hashes, std::span<const std::uint64_t> indices
) {
    std::vector<std::uint64_t> sorted(indices.begin(), indices.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<Digest> path;
    if (!leaf_hashes.empty()) subset(leaf_hashes, 0, sorted, path);
    return path;
}

std::optional<Digest> root_of_subset(
    const KnownLeaves& known, std::uint64_t size, std::span<const Digest> path
) {
    if (size == 0 || known.empty() || known.rbegin()->first >= size) return {};
    auto root = root_within(known, 0, size, path);
    if (!path.empty()) return {};
    return root;
}

std::vector<Digest> consistency_path(std::span<const Digest> leaf_hashes, std::size_t old_size) {
    std::vector<Digest> path;
    if (old_size > 0 && old_size < leaf_hashes.size()) {
        consistency(leaf_hashes, old_size, true, path);
    }
    return path;
}

// RFC 9162 section 2.1.4.2.
bool verify_consistency(
    std::uint64_t old_size,
    const Digest& old_root,
    std::uint64_t new_size,
    const Digest& new_root,
    std::span<const Digest> path
) {
    if (old_size > new_size) return false;
    if (old_size == new_size) return path.empty() && old_root == new_root;
    if (old_size == 0) return path.empty() && old_root == tree_root({});
    auto step = path.begin();
    auto first = old_root;
    if (!std::has_single_bit(old_size)) {
        if (step == path.end()) return false;
        first = *step++;
    }
    auto node = old_size - 1;
    auto last = new_size - 1;
    while ((node & 1U) != 0) {
        node >>= 1U;
        last >>= 1U;
    }
    auto old_digest = first;
    auto new_digest = first;
    for (; step != path.end(); ++step) {
        if (last == 0) return false;
        if ((node & 1U) != 0 || node == last) {
            old_digest = node_hash(*step, old_digest);
            new_digest = node_hash(*step, new_digest);
            while ((node & 1U) == 0 && node != 0) {
                node >>= 1U;
                last >>= 1U;
            }
        } else {
            new_digest = node_hash(new_digest, *step);
        }
        node >>= 1U;
        last >>= 1U;
    }
    return last == 0 && old_digest == old_root && new_digest == new_root;
}

}  // namespace proviso::proof
