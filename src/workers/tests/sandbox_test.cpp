#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <proviso/base/id.h>

namespace proviso::workers {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class Sandbox : public testing::TestWithParam<const char*> {};

TEST_P(Sandbox, LetsATakenOverWorkerDoNothing) {
    if (kSanitized) GTEST_SKIP() << "sanitizers need system calls that the sandbox forbids";
    auto folder = std::filesystem::temp_directory_path() / ("proviso-" + Uuid::random().text());
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "old") << "content";
    auto command = std::string(PROVISO_SANDBOX_PROBE) + ' ' + folder.string() + ' ' + GetParam();
    auto* probe = ::popen(command.c_str(), "r");
    ASSERT_NE(probe, nullptr);
    std::string told;
    for (int c = std::fgetc(probe); c != EOF; c = std::fgetc(probe)) told += static_cast<char>(c);
    EXPECT_EQ(::pclose(probe), 0);
    EXPECT_EQ(told, "nothing\n");
    EXPECT_EQ(std::filesystem::file_size(folder / "old"), 7U);
    std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Reach, Sandbox, testing::Values("network", "nothing"));

}  // namespace
}  // namespace proviso::workers
