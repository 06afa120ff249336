#include <fcntl.h>
#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>

namespace proviso {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() / ("proviso-file-" + Uuid::random().text());
        ASSERT_TRUE(make_folders(folder_ / "a" / "b"));
    }

    void TearDown() override { fs::remove_all(folder_); }

    fs::path folder_;
};

TEST_F(FileTest, ReplacesAFileAsAWholeAndLeavesNoTemporaryBehind) {
    auto path = folder_ / "a" / "b" / "file";
    ASSERT_TRUE(write_file_atomic(path, as_bytes("one")));
    ASSERT_TRUE(write_file_atomic(path, as_bytes("two"), 0600));
    EXPECT_EQ(read_file(path).value(), "two");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), {}), 1);
}

TEST_F(FileTest, NamesThePathWhenItCannotOpen) {
    auto missing = read_file(folder_ / "missing");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind(), ErrorKind::NotFound);
    EXPECT_NE(missing.error().message().find("missing"), std::string::npos);
}

TEST_F(FileTest, RefusesAFileOverTheLimit) {
    auto path = folder_ / "large";
    ASSERT_TRUE(write_file_atomic(path, as_bytes(std::string(1000, 'x'))));
    EXPECT_EQ(read_file(path, 999).error().kind(), ErrorKind::TooLarge);
    EXPECT_TRUE(read_file(path, 1000));
}

TEST_F(FileTest, ReadsExactlyOrSaysThatTheFileEnds) {
    auto path = folder_ / "exact";
    ASSERT_TRUE(write_file_atomic(path, as_bytes("0123456789")));
    auto fd = open_file(path, O_RDONLY);
    ASSERT_TRUE(fd);
    Bytes four(4);
    ASSERT_TRUE(pread_exact(fd->get(), four, 6));
    EXPECT_EQ(as_text(four), "6789");
    EXPECT_EQ(pread_exact(fd->get(), four, 7).error().kind(), ErrorKind::Corrupt);
}

TEST(Uuid, IsWrittenAndReadStrictly) {
    auto id = Uuid::random();
    EXPECT_EQ(Uuid::parse(id.text()).value(), id);
    EXPECT_FALSE(Uuid::parse("ABCDEF00ABCDEF00ABCDEF00ABCDEF00"));
    EXPECT_FALSE(Uuid::parse("00"));
}

TEST(Name, TakesOnlyWhatIsSafeInAPath) {
    EXPECT_TRUE(CameraId::parse("gate-1"));
    EXPECT_FALSE(CameraId::parse(""));
    EXPECT_FALSE(CameraId::parse(".."));
    EXPECT_FALSE(CameraId::parse("a/b"));
    EXPECT_FALSE(CameraId::parse("Gate"));
    EXPECT_FALSE(CameraId::parse(std::string(64, 'a')));
}

TEST(ByteReader, NeverReadsPastTheEnd) {
    Bytes bytes{1, 2, 3};
    ByteReader read(bytes);
    EXPECT_EQ(read.u16(), 0x0102);
    EXPECT_EQ(read.u32(), 0U);
    EXPECT_FALSE(read.ok());
    EXPECT_EQ(read.u8(), 0U);
}

}  // namespace
}  // namespace proviso
