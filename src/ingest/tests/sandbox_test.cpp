#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "harness.h"

namespace proviso::ingest {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

TEST(Sandbox, LetsATakenOverWorkerDoNothing) {
    if (kSanitized) GTEST_SKIP() << "sanitizers need system calls that the sandbox forbids";
    auto folder = media::testing::clip_folder() / "sandbox";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "old") << "content";
    testing::Child probe({PROVISO_SANDBOX_PROBE, folder.string()});
    EXPECT_EQ(probe.wait_for(""), "nothing");
    EXPECT_EQ(std::filesystem::file_size(folder / "old"), 7U);
}

}  // namespace
}  // namespace proviso::ingest
