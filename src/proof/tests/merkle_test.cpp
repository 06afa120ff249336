#include <gtest/gtest.h>

#include <proviso/proof/merkle.h>

namespace proviso::proof {
namespace {

/// The leaves and roots of the reference implementation of RFC 6962.
const std::vector<std::pair<std::string, std::string>> kVectors{
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"606162636465666768696a6b6c6d6e6f",
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

std::vector<Digest> some_leaves(std::size_t count) {
    std::vector<Digest> leaves;
    for (std::size_t i = 0; i < count; ++i)
        leaves.push_back(leaf_hash(as_bytes(std::to_string(i))));
    return leaves;
}

std::vector<Digest> flipped(std::vector<Digest> path, std::size_t bit) {
    path[bit / 256][bit / 8 % 32] ^= static_cast<std::uint8_t>(1U << bit % 8);
    return path;
}

TEST(Merkle, GivesTheRootsOfTheReferenceImplementation) {
    std::vector<Digest> leaves;
    EXPECT_EQ(tree_root(leaves), crypto::sha256({}));
    for (const auto& [leaf, root] : kVectors) {
        leaves.push_back(leaf_hash(from_hex(leaf).value()));
        EXPECT_EQ(to_hex(tree_root(leaves)), root) << leaves.size();
    }
}

TEST(Merkle, TellsALeafFromANode) {
    auto leaves = some_leaves(2);
    Bytes both(leaves[0].begin(), leaves[0].end());
    both.insert(both.end(), leaves[1].begin(), leaves[1].end());
    EXPECT_NE(leaf_hash(both), node_hash(leaves[0], leaves[1]));
}

TEST(Merkle, ProvesEveryLeafOfEverySize) {
    for (std::size_t size = 1; size <= 70; ++size) {
        auto leaves = some_leaves(size);
        auto root = tree_root(leaves);
        for (std::size_t index = 0; index < size; ++index) {
            auto path = inclusion_path(leaves, index);
            ASSERT_TRUE(verify_inclusion(leaves[index], index, size, path, root));
            ASSERT_EQ(
                size > 1 && verify_inclusion(leaves[(index + 1) % size], index, size, path, root),
                false
            );
            ASSERT_FALSE(verify_inclusion(leaves[index], size, size, path, root));
        }
    }
}

TEST(Merkle, RefusesAnInclusionPathThatIsNotExactlyTheOne) {
    auto leaves = some_leaves(13);
    auto root = tree_root(leaves);
    for (std::size_t index = 0; index < leaves.size(); ++index) {
        auto path = inclusion_path(leaves, index);
        for (std::size_t bit = 0; bit < path.size() * 256; ++bit) {
            ASSERT_FALSE(verify_inclusion(leaves[index], index, 13, flipped(path, bit), root));
        }
        auto longer = path;
        longer.push_back(root);
        ASSERT_FALSE(verify_inclusion(leaves[index], index, 13, longer, root));
        path.pop_back();
        ASSERT_FALSE(verify_inclusion(leaves[index], index, 13, path, root));
    }
    EXPECT_FALSE(verify_inclusion(leaves[0], 0, 0, {}, root));
    EXPECT_FALSE(verify_inclusion(leaves[0], UINT64_MAX - 1, UINT64_MAX, {}, root));
}

TEST(Merkle, ProvesManyLeavesAtOnce) {
    for (std::size_t size = 1; size <= 20; ++size) {
        auto leaves = some_leaves(size);
        for (std::size_t first = 1; first < size; ++first) {
            for (std::size_t last = first; last < size; ++last) {
                std::vector<std::uint64_t> indices{0};
                for (auto index = first; index <= last; ++index) indices.push_back(index);
                KnownLeaves known;
                for (auto index : indices) known[index] = leaves[index];
                auto path = subset_path(leaves, indices);
                ASSERT_EQ(root_of_subset(known, size, path), tree_root(leaves));
                if (!path.empty()) {
                    auto shorter = path;
                    shorter.pop_back();
                    ASSERT_FALSE(root_of_subset(known, size, shorter));
                    ASSERT_NE(root_of_subset(known, size, flipped(path, 3)), tree_root(leaves));
                }
                path.push_back(leaves[0]);
                ASSERT_FALSE(root_of_subset(known, size, path));
            }
        }
    }
    EXPECT_FALSE(root_of_subset({}, 4, {}));
    EXPECT_FALSE(root_of_subset({{4, Digest{}}}, 4, {}));
    EXPECT_FALSE(root_of_subset({{0, Digest{}}}, UINT64_MAX, {}));
}

TEST(Merkle, ProvesThatEverySizeGrewIntoEveryOther) {
    auto all = some_leaves(40);
    for (std::size_t new_size = 0; new_size <= all.size(); ++new_size) {
        auto leaves = std::span(all).first(new_size);
        auto new_root = tree_root(leaves);
        for (std::size_t old_size = 0; old_size <= new_size; ++old_size) {
            auto old_root = tree_root(leaves.first(old_size));
            auto path = consistency_path(leaves, old_size);
            ASSERT_TRUE(verify_consistency(old_size, old_root, new_size, new_root, path))
                << old_size << " to " << new_size;
            for (std::size_t bit = 0; bit < path.size() * 256; bit += 37) {
                ASSERT_FALSE(
                    verify_consistency(old_size, old_root, new_size, new_root, flipped(path, bit))
                );
            }
            auto longer = path;
            longer.push_back(new_root);
            ASSERT_FALSE(verify_consistency(old_size, old_root, new_size, new_root, longer));
        }
    }
}

TEST(Merkle, SeesARewrittenPast) {
    auto leaves = some_leaves(20);
    auto old_root = tree_root(std::span(leaves).first(7));
    leaves[3] = leaf_hash(as_bytes("something else"));
    EXPECT_FALSE(verify_consistency(7, old_root, 20, tree_root(leaves), consistency_path(leaves, 7))
    );
    EXPECT_FALSE(verify_consistency(21, old_root, 20, tree_root(leaves), {}));
}

}  // namespace
}  // namespace proviso::proof
