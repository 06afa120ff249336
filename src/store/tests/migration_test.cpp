#include <filesystem>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <proviso/store/database.h>
#include <proviso/store/test_database.h>

namespace proviso::store {

namespace {

const Migration kFirst{
    1,
    "CREATE TABLE things (id BIGINT PRIMARY KEY);\nCREATE INDEX things_by_id ON things (id);\n",
    ""};
const Migration kSecond{
    2,
    "ALTER TABLE things ADD COLUMN engine TEXT NOT NULL DEFAULT 'sqlite';\n",
    "ALTER TABLE things ADD COLUMN engine TEXT NOT NULL DEFAULT 'postgresql';\n"};
const Migration kBroken{
    3, "CREATE TABLE halves (id BIGINT PRIMARY KEY);\nCREATE TABLE things (id BIGINT);\n", ""};

std::string default_engine(Database& database) {
    std::string engine;
    auto done = database.write([&](soci::session& session) -> Result<> {
        session << "INSERT INTO things (id) VALUES (1)";
        session << "SELECT engine FROM things", soci::into(engine);
        return {};
    });
    return done ? engine : done.error().story();
}

bool has_table(const Database& database, const std::string& table) {
    return bool(database.read([&](soci::session& session) -> Result<> {
        session << "SELECT count(*) FROM " + table;
        return {};
    }));
}

}  // namespace

class MigrationTest : public EngineTest {};

PROVISO_ON_BOTH_ENGINES(MigrationTest);

TEST_P(MigrationTest, AppliesEachStepOnce) {
    ASSERT_TRUE(database().migrate("things", {kFirst}));
    ASSERT_TRUE(database().migrate("things", {kFirst, kSecond}));
    ASSERT_TRUE(database().migrate("things", {kFirst, kSecond}));
    test_database().reopen();
    ASSERT_TRUE(database().migrate("things", {kFirst, kSecond}));
    EXPECT_EQ(default_engine(database()), GetParam() == Engine::Sqlite ? "sqlite" : "postgresql");
}

TEST_P(MigrationTest, LeavesNothingOfAStepThatFails) {
    ASSERT_TRUE(database().migrate("things", {kFirst, kSecond}));
    ASSERT_FALSE(database().migrate("things", {kFirst, kSecond, kBroken}));
    EXPECT_FALSE(has_table(database(), "halves"));
    EXPECT_TRUE(has_table(database(), "things"));
    ASSERT_TRUE(database().migrate("things", {kFirst, kSecond}));
}

TEST_P(MigrationTest, RefusesTablesNewerThanTheProgram) {
    ASSERT_TRUE(database().migrate("things", {kFirst, kSecond}));
    auto older = database().migrate("things", {kFirst});
    ASSERT_FALSE(older);
    EXPECT_EQ(older.error().kind(), ErrorKind::Conflict);
    EXPECT_NE(older.error().story().find("newer than this program"), std::string::npos);
    EXPECT_FALSE(older.error().next_step().empty());
}

TEST_P(MigrationTest, KeepsModulesApart) {
    ASSERT_TRUE(database().migrate("things", {kFirst, kSecond}));
    ASSERT_TRUE(
        database().migrate("others", {{1, "CREATE TABLE others (id BIGINT PRIMARY KEY);\n", ""}})
    );
    EXPECT_TRUE(has_table(database(), "others"));
}

TEST(Migration, CopiesAnOlderFileBeforeItIsTouched) {
    auto made = TestDatabase::make(Engine::Sqlite);
    auto file = made->url().substr(std::string("sqlite:").size());
    ASSERT_TRUE((*made)->migrate("things", {kFirst}));
    EXPECT_FALSE(std::filesystem::exists(file + ".before-things-2"));
    ASSERT_TRUE((*made)->migrate("things", {kFirst, kSecond}));

    auto copy = Database::open("sqlite:" + file + ".before-things-2");
    ASSERT_TRUE(copy) << copy.error().story();
    EXPECT_TRUE((*copy)->migrate("things", {kFirst}));
}

}  // namespace proviso::store
