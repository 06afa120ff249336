#include <proviso/proof/merkle.h>

#include "ledger_folder.h"
#include "tree_builder.h"

namespace proviso::ledger {
namespace {

TEST(TileName, IsWrittenAsTheSpecificationSays) {
    EXPECT_EQ(path_of({0, 0, 256}), "tile/0/000");
    EXPECT_EQ(path_of({1, 67, 256}), "tile/1/067");
    EXPECT_EQ(path_of({0, 1234067, 256}), "tile/0/x001/x234/067");
    EXPECT_EQ(path_of({0, 1000, 17}), "tile/0/x001/000.p/17");
    EXPECT_EQ(path_of({std::nullopt, 5, 3}), "tile/entries/005.p/3");
}

TEST(TileName, IsReadInItsOneFormOnly) {
    for (const auto& name : std::vector<TileName>{
             {0, 0, 256}, {3, 999, 1}, {0, 1000, 255}, {std::nullopt, 1234067, 256}}) {
        EXPECT_EQ(parse_tile_path(path_of(name)), name) << path_of(name);
    }
    for (auto bad :
         {"",
          "tile",
          "tile/0",
          "tile/0/",
          "tile/0/0",
          "tile/0/0000",
          "tile/00/000",
          "tile/9/000",
          "tile/-1/000",
          "tile/0/x000/001",
          "tile/0/001/002",
          "tile/0/000.p",
          "tile/0/000.p/0",
          "tile/0/000.p/256",
          "tile/0/000.p/01",
          "tile/0/000.p/1/2",
          "tile/0/x001",
          "other/0/000",
          "tile/entries/00a",
          "tile/0/x999/x999/x999/x999/x999/x999/x999/999"}) {
        EXPECT_FALSE(parse_tile_path(bad)) << bad;
    }
}

TEST(Bundle, ComesBackAndStopsWhereItIsTorn) {
    Bytes bundle;
    for (std::string_view entry : {"one", "", "three"}) add_to_bundle(bundle, entry);
    EXPECT_EQ(decode_bundle(bundle, 256).entries, (std::vector<std::string>{"one", "", "three"}));
    EXPECT_EQ(decode_bundle(bundle, 2).size, 7U);
    bundle.pop_back();
    EXPECT_EQ(decode_bundle(bundle, 256).entries.size(), 2U);
    EXPECT_TRUE(decode_bundle(Bytes{0xff, 0xff, 1}, 256).entries.empty());
}

class TreeTest : public LedgerFolder {
protected:
    TreeTest() { disk_.really_sync = false; }

    /// Grows a tree over the numbers [0, size) in uneven steps; keeps their leaf hashes.
    void grow_to(std::uint64_t size) {
        TreeBuilder builder(folder_, {}, disk_);
        for (std::uint64_t step = 1; leaves_.size() < size; step = step * 3 + 1) {
            std::vector<std::string> entries;
            for (auto left = step; left > 0 && leaves_.size() < size; --left) {
                entries.push_back(std::to_string(leaves_.size()));
                leaves_.push_back(proof::leaf_hash(as_bytes(entries.back())));
            }
            std::vector<std::string_view> views(entries.begin(), entries.end());
            ASSERT_EQ(builder.grow(views).value(), proof::tree_root(leaves_));
            builder.remove_outgrown();
        }
    }

    std::vector<Digest> leaves_;
};

TEST_F(TreeTest, GivesTheSameProofsAsTheTextbook) {
    grow_to(600);
    for (std::uint64_t size : {1, 5, 18, 58, 179, 543, 600}) {  // where it stood once
        auto leaves = std::span(leaves_).first(size);
        TileTree tree(folder_, size);
        ASSERT_EQ(tree.root().value(), proof::tree_root(leaves)) << size;
        for (std::uint64_t index = 0; index < size; index += 7) {
            ASSERT_EQ(tree.inclusion_path(index).value(), proof::inclusion_path(leaves, index));
        }
    }
    TileTree tree(folder_, 600);
    for (std::uint64_t new_size : {2, 255, 256, 257, 513, 600}) {
        auto leaves = std::span(leaves_).first(new_size);
        for (std::uint64_t old_size = 1; old_size < new_size; old_size += 11) {
            ASSERT_EQ(
                tree.consistency_path(old_size, new_size).value(),
                proof::consistency_path(leaves, old_size)
            );
        }
    }
}

TEST_F(TreeTest, GrowsOverThreeLevels) {
    grow_to(66'000);
    TileTree tree(folder_, leaves_.size());
    for (std::uint64_t index : {0, 65'535, 65'536, 65'999}) {
        EXPECT_EQ(tree.inclusion_path(index).value(), proof::inclusion_path(leaves_, index));
    }
    EXPECT_EQ(
        tree.consistency_path(65'537, leaves_.size()).value(),
        proof::consistency_path(leaves_, 65'537)
    );
    EXPECT_TRUE(fs::exists(folder_ / "tile/2/000.p/1"));
}

TEST_F(TreeTest, LeavesNoPartialTileBesideAFullOne) {
    grow_to(600);
    EXPECT_TRUE(fs::exists(folder_ / "tile/0/001"));
    EXPECT_FALSE(fs::exists(folder_ / "tile/0/001.p"));
    EXPECT_FALSE(fs::exists(folder_ / "tile/entries/000.p"));
    EXPECT_TRUE(fs::exists(folder_ / "tile/entries/002.p/88"));
}

TEST_F(TreeTest, IsAsBeforeIfAStepFails) {
    TreeBuilder builder(folder_, {}, disk_);
    std::vector<std::string_view> entries(300, "x");
    ASSERT_TRUE(builder.grow(entries));
    auto before = builder.root();
    disk_.on_sync = [](const std::string& path) -> Result<> {
        if (path.find("tile/1") == std::string::npos) return {};
        return Error(ErrorKind::NoSpace, "full");
    };
    EXPECT_FALSE(builder.grow(entries));
    EXPECT_EQ(builder.root(), before);
    disk_.on_sync = nullptr;
    EXPECT_TRUE(builder.grow(entries));
    EXPECT_EQ(builder.size(), 600U);
}

}  // namespace
}  // namespace proviso::ledger
