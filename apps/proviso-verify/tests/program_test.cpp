#include <array>
#include <cstdio>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <proviso/base/document.h>
#include <proviso/base/file.h>
#include <proviso/base/id.h>

#include "bundle_maker.h"

namespace proviso::verify {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ProgramTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(make_folders(folder_));
        ASSERT_TRUE(write_file_atomic(folder_ / "good.proviso", bundle_.file()));
        auto bad = bundle_.file();
        bad[700] ^= 4U;
        ASSERT_TRUE(write_file_atomic(folder_ / "bad.proviso", bad));
    }

    void TearDown() override { fs::remove_all(folder_); }

    /// Runs a command in the folder; the exit code, and what it printed in `output_`.
    int run(const std::string& command) {
        output_.clear();
        auto* pipe = popen(("cd " + folder_.string() + " && " + command + " 2>&1").c_str(), "r");
        std::array<char, 4096> chunk{};
        while (auto got = fread(chunk.data(), 1, chunk.size(), pipe)) {
            output_.append(chunk.data(), got);
        }
        return WEXITSTATUS(pclose(pipe));
    }

    int verify(const std::string& arguments) { return run(PROGRAM " " + arguments); }

    const fs::path folder_ =
        fs::temp_directory_path() / ("proviso-verify-" + Uuid::random().text());
    const MadeBundle bundle_ = make_bundle();
    std::string output_;
};

TEST_F(ProgramTest, EndsWithZeroAndWordsForAGoodBundle) {
    EXPECT_EQ(verify("good.proviso"), 0) << output_;
    EXPECT_THAT(output_, HasSubstr("Proven: camera 'gate-1'"));
    EXPECT_THAT(output_, HasSubstr("What this does not prove"));
    EXPECT_THAT(output_, HasSubstr("Whose log this is"));
    EXPECT_EQ(verify("good.proviso --key '" + bundle_.log + "'"), 0) << output_;
    EXPECT_THAT(output_, Not(HasSubstr("Whose log this is")));
}

TEST_F(ProgramTest, EndsWithOneAndNamesWhatBroke) {
    EXPECT_EQ(verify("bad.proviso"), 1);
    EXPECT_THAT(output_, HasSubstr("NOT PROVEN"));
    EXPECT_THAT(output_, HasSubstr("BROKEN"));
    auto other = make_bundle();
    EXPECT_EQ(verify("good.proviso --key '" + other.log + "'"), 1);
    EXPECT_THAT(output_, HasSubstr("another log"));
}

TEST_F(ProgramTest, EndsWithTwoWhenItCannotCheck) {
    EXPECT_EQ(verify(""), 2);
    EXPECT_EQ(verify("missing.proviso"), 2);
    EXPECT_EQ(verify("."), 2);
    EXPECT_EQ(verify("good.proviso --key nonsense"), 2);
    EXPECT_EQ(verify("good.proviso --key-file missing"), 2);
    EXPECT_EQ(verify("good.proviso --unknown"), 2);
    EXPECT_EQ(verify("--help"), 0);
    EXPECT_EQ(verify("--version"), 0);
}

TEST_F(ProgramTest, TakesTheKeyFromAFile) {
    ASSERT_TRUE(write_file_atomic(folder_ / "key", as_bytes(bundle_.log + "\n")));
    EXPECT_EQ(verify("--key-file key good.proviso"), 0) << output_;
    ASSERT_TRUE(write_file_atomic(folder_ / "key", as_bytes("\n")));
    EXPECT_EQ(verify("--key-file key good.proviso"), 2) << "an empty key is not 'no key'";
}

TEST_F(ProgramTest, PrintsJsonForPrograms) {
    EXPECT_EQ(verify("--json good.proviso"), 0);
    auto json = parse_json(output_).value();
    EXPECT_EQ(json.at("ok"), true);
    EXPECT_EQ(json.at("manifest").at("camera"), "gate-1");
    EXPECT_EQ(json.at("steps").size(), 8U);
    EXPECT_EQ(verify("--json bad.proviso"), 1);
    EXPECT_EQ(parse_json(output_).value().at("ok"), false);
}

TEST_F(ProgramTest, ReadsWhatAnyTarUnpacks) {
    ASSERT_EQ(run("tar -tf good.proviso"), 0) << output_;
    EXPECT_EQ(output_, "clip.mp4\nmanifest.json\nevidence.json\ncheckpoint\nREADME.txt\n");
    ASSERT_EQ(run("tar -xf good.proviso"), 0) << output_;
    EXPECT_EQ(as_bytes(read_file(folder_ / "clip.mp4").value()).size(), bundle_.clip.size());
    EXPECT_EQ(read_file(folder_ / "checkpoint").value(), bundle_.checkpoint);
}

}  // namespace
}  // namespace proviso::verify
