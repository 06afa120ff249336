#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/stat.h>

#include <proviso/base/file.h>
#include <proviso/store/database.h>
#include <proviso/store/test_database.h>

#include "engine.h"

namespace proviso::store {

namespace {

const std::vector<Migration> kSteps = {
    {1,
     "CREATE TABLE parents (id INTEGER PRIMARY KEY, text TEXT);\n"
     "CREATE TABLE children (parent INTEGER REFERENCES parents (id));\n",
     ""}};

std::string ask(Database& database, const std::string& pragma, bool writer) {
    std::string answer;
    auto read = [&](soci::session& session) -> Result<> {
        session << "PRAGMA " + pragma, soci::into(answer);
        return {};
    };
    auto done = writer ? database.write(read) : database.read(read);
    return done ? answer : done.error().story();
}

Result<> fill(Database& database, int rows) {
    return database.write([&](soci::session& session) -> Result<> {
        std::string text(1000, 'x');
        for (int i = 0; i < rows; ++i) {
            session << "INSERT INTO parents (text) VALUES (:text)", soci::use(text);
        }
        return {};
    });
}

class SqliteTest : public testing::Test {
protected:
    std::string file() const { return (folder_.path() / "proviso.db").string(); }

    std::string url() const { return "sqlite:" + file(); }

    std::unique_ptr<Database> open(Access access = Access::ReadWrite) const {
        auto opened = Database::open(url(), access);
        EXPECT_TRUE(opened) << opened.error().story();
        return opened ? std::move(opened).value() : nullptr;
    }

    void overwrite(std::streamoff at, std::size_t size) const {
        std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(at);
        std::string garbage(size, '\x5A');
        stream.write(garbage.data(), static_cast<std::streamsize>(size));
    }

    TestFolder folder_;
};

}  // namespace

TEST_F(SqliteTest, WritesDurablyAndReadsWithoutCheckpointing) {
    auto database = open();
    EXPECT_EQ(ask(*database, "journal_mode", true), "wal");
    EXPECT_EQ(ask(*database, "synchronous", true), "2");
    EXPECT_EQ(ask(*database, "secure_delete", true), "1");
    EXPECT_EQ(ask(*database, "application_id", true), std::to_string(0x50525653));
    for (bool writer : {true, false}) {
        EXPECT_EQ(ask(*database, "foreign_keys", writer), "1");
        EXPECT_EQ(ask(*database, "trusted_schema", writer), "0");
        EXPECT_EQ(ask(*database, "cell_size_check", writer), "1");
        EXPECT_EQ(ask(*database, "mmap_size", writer), "0");
    }
    EXPECT_EQ(ask(*database, "wal_autocheckpoint", false), "0");
    EXPECT_EQ(ask(*database, "query_only", false), "1");
}

TEST_F(SqliteTest, LetsOthersNeitherReadNorWriteTheFile) {
    auto database = open();
    ASSERT_TRUE(database->migrate("parents", kSteps));
    for (const auto* suffix : {"", "-wal", "-shm"}) {
        struct stat found {};

        ASSERT_EQ(::stat((file() + suffix).c_str(), &found), 0) << suffix;
        EXPECT_EQ(found.st_mode & 07U, 0U) << suffix;
    }
}

TEST_F(SqliteTest, EnforcesForeignKeys) {
    auto database = open();
    ASSERT_TRUE(database->migrate("parents", kSteps));
    auto orphan = database->write([&](soci::session& session) -> Result<> {
        session << "INSERT INTO children (parent) VALUES (9)";
        return {};
    });
    ASSERT_FALSE(orphan);
    EXPECT_EQ(orphan.error().kind(), ErrorKind::Conflict);
}

TEST_F(SqliteTest, LetsOneProcessWriteAndToolsRead) {
    auto database = open();
    ASSERT_TRUE(database->migrate("parents", kSteps));
    auto second = Database::open(url());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind(), ErrorKind::Conflict);
    EXPECT_NE(second.error().story().find("another process"), std::string::npos);

    auto tool = open(Access::ReadOnly);
    ASSERT_TRUE(tool->migrate("parents", kSteps));
    auto wrote = fill(*tool, 1);
    ASSERT_FALSE(wrote);
    EXPECT_EQ(wrote.error().kind(), ErrorKind::Forbidden);
    auto newer = tool->migrate("children", kSteps);
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().kind(), ErrorKind::Forbidden);

    database.reset();
    EXPECT_TRUE(Database::open(url()));
}

TEST_F(SqliteTest, DoesNotMakeAFileForAReader) {
    auto opened = Database::open(url(), Access::ReadOnly);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind(), ErrorKind::NotFound);
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SqliteTest, SaysThatADamagedFileIsDamagedAndWhatToDo) {
    {
        auto database = open();
        ASSERT_TRUE(database->migrate("parents", kSteps));
        ASSERT_TRUE(fill(*database, 200));
    }
    ASSERT_TRUE(open()->check());
    overwrite(4096L * 5, 4096L * 8);
    auto opened = Database::open(url());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind(), ErrorKind::Corrupt);
    EXPECT_NE(opened.error().next_step().find("proviso rebuild"), std::string::npos);
}

TEST_F(SqliteTest, SaysThatADestroyedHeaderIsDamage) {
    {
        auto database = open();
        ASSERT_TRUE(database->migrate("parents", kSteps));
    }
    overwrite(0, 100);
    auto opened = Database::open(url());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind(), ErrorKind::Corrupt);
    EXPECT_NE(opened.error().next_step().find("proviso rebuild"), std::string::npos);
}

TEST_F(SqliteTest, FindsDamageThatAppearsLaterWithItsCheck) {
    auto database = open();
    ASSERT_TRUE(database->migrate("parents", kSteps));
    ASSERT_TRUE(fill(*database, 200));
    database.reset();
    database = open();
    ASSERT_TRUE(database->check());
    overwrite(4096L * 5, 4096L * 8);
    auto checked = database->check();
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind(), ErrorKind::Corrupt);
}

TEST_F(SqliteTest, RefusesTheDatabaseOfAnotherProgram) {
    {
        soci::session other("sqlite3", "dbname=" + file());
        other << "CREATE TABLE bookmarks (id INTEGER)";
    }
    auto before = read_file(file());
    auto opened = Database::open(url());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind(), ErrorKind::Conflict);
    EXPECT_EQ(*read_file(file()), *before);
}

TEST_F(SqliteTest, SaysNoSpaceWhenTheFileCannotGrowAndWorksAgainAfterwards) {
    auto database = open();
    ASSERT_TRUE(database->migrate("parents", kSteps));
    ask(*database, "max_page_count=20", true);
    auto full = fill(*database, 200);
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().kind(), ErrorKind::NoSpace);
    ask(*database, "max_page_count=100000", true);
    EXPECT_TRUE(fill(*database, 200));
}

TEST_F(SqliteTest, KnowsNetworkFileSystems) {
    EXPECT_TRUE(is_network_file_system(0x6969));      // NFS
    EXPECT_TRUE(is_network_file_system(0xFF534D42));  // CIFS
    EXPECT_TRUE(is_network_file_system(static_cast<int>(0xFF534D42)));
    EXPECT_FALSE(is_network_file_system(0xEF53));      // ext4
    EXPECT_FALSE(is_network_file_system(0x58465342));  // XFS
    EXPECT_FALSE(is_network_file_system(0x01021994));  // tmpfs
}

TEST_F(SqliteTest, RefusesPathsThatWouldBeReadAsOptions) {
    for (const auto* path :
         {"relative.db", "/tmp/a\" readonly=true \"", "/tmp/a?mode=memory", "file:/tmp/x", ""}) {
        auto opened = Database::open(std::string("sqlite:") + path);
        ASSERT_FALSE(opened) << path;
        EXPECT_EQ(opened.error().kind(), ErrorKind::InvalidInput) << path;
    }
}

}  // namespace proviso::store
