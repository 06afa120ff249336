#include <proviso/base/file.h>

#include "registers_fixture.h"

namespace proviso::registers {

namespace {

/// The fenced YAML blocks of a page.
std::vector<std::string> examples_of(const std::string& page) {
    std::vector<std::string> found;
    constexpr std::string_view kOpen = "```yaml\n";
    for (auto at = page.find(kOpen); at != std::string::npos; at = page.find(kOpen, at)) {
        at += kOpen.size();
        auto end = page.find("```", at);
        found.push_back(page.substr(at, end - at));
        at = end;
    }
    return found;
}

}  // namespace

class ExamplesTest : public RegistersTest {};

INSTANTIATE_TEST_SUITE_P(Sqlite, ExamplesTest, testing::Values(store::Engine::Sqlite));

TEST_P(ExamplesTest, OfTheReferenceAreAccepted) {
    auto page = read_file(PROVISO_DOCUMENTS_PAGE);
    ASSERT_TRUE(page);
    auto examples = examples_of(*page);
    ASSERT_GE(examples.size(), 5U);
    for (const auto& example : examples) {
        auto applied = apply(example);
        ASSERT_TRUE(applied) << example << applied.error().story();
    }
    auto state = registers().snapshot();
    EXPECT_EQ(state->purposes.size(), 1U);
    EXPECT_EQ(state->sites.size(), 1U);
    EXPECT_EQ(state->cameras.size(), 2U);
    EXPECT_EQ(state->records.size(), 3U);
    for (const auto& change : *apply(*registers().get("", ""))) {
        EXPECT_EQ(change.what, "unchanged") << change.name;
    }
}

TEST_P(ExamplesTest, NameEveryKeyThatGetShows) {
    auto page = read_file(PROVISO_DOCUMENTS_PAGE);
    ASSERT_TRUE(page);
    for (const auto& example : examples_of(*page)) ASSERT_TRUE(apply(example));
    auto documents = parse_yaml(*registers().get("", ""));
    ASSERT_TRUE(documents);
    for (const auto& document : *documents) {
        for (const auto& [key, value] : document.items()) {
            if (key == "kind" || key == "name") continue;
            EXPECT_NE(page->find("`" + key + "`"), std::string::npos) << key;
        }
    }
}

}  // namespace proviso::registers
