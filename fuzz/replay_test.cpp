#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include <proviso/base/file.h>

#include "target.h"

namespace proviso::fuzz {
namespace {

std::map<std::string, Target>& targets() {
    static std::map<std::string, Target> all;
    return all;
}

TEST(Fuzz, EveryCorpusIsReadWithoutHarmAndEveryTargetHasOne) {
    std::filesystem::path corpora(PROVISO_FUZZ_CORPUS);
    std::size_t files = 0;
    for (const auto& [name, target] : targets()) {
        std::size_t of_target = 0;
        for (const auto& entry : std::filesystem::directory_iterator(corpora / name)) {
            SCOPED_TRACE(entry.path().string());
            auto text = read_file(entry.path());
            ASSERT_TRUE(text);
            target(as_bytes(*text));
            // Cut short at a few places, too: most mistakes of parsers live at ends.
            for (std::size_t part = 1; part < 8; ++part) {
                target(as_bytes(std::string_view(*text).substr(0, text->size() * part / 8)));
            }
            ++of_target;
        }
        EXPECT_GT(of_target, 0U) << name;
        files += of_target;
    }
    std::printf("%zu targets, %zu inputs\n", targets().size(), files);
    EXPECT_GE(targets().size(), 15U);
}

}  // namespace

int register_target(const char* name, Target target) {
    targets()[name] = target;
    return 0;
}

}  // namespace proviso::fuzz
