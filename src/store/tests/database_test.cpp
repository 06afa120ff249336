#include <atomic>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <proviso/store/database.h>
#include <proviso/store/test_database.h>

namespace proviso::store {

namespace {

const std::vector<Migration> kSteps = {
    {1, "CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT NOT NULL);\n", ""}};

Result<> add(Database& database, long long id, const std::string& text) {
    return database.write([&](soci::session& session) -> Result<> {
        session << "INSERT INTO notes (id, text) VALUES (:id, :text)", soci::use(id),
            soci::use(text);
        return {};
    });
}

long long count(const Database& database) {
    long long count = -1;
    auto read = database.read([&](soci::session& session) -> Result<> {
        session << "SELECT count(*) FROM notes", soci::into(count);
        return {};
    });
    EXPECT_TRUE(read) << read.error().story();
    return count;
}

}  // namespace

class DatabaseTest : public EngineTest {
protected:
    void SetUp() override {
        EngineTest::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(database().migrate("notes", kSteps));
    }
};

PROVISO_ON_BOTH_ENGINES(DatabaseTest);

TEST_P(DatabaseTest, KeepsWhatWasWrittenOverARestart) {
    ASSERT_TRUE(add(database(), 1, "kept \xE2\x9C\x93 'quoted'; --"));
    test_database().reopen();
    std::string text;
    ASSERT_TRUE(database().read([&](soci::session& session) -> Result<> {
        session << "SELECT text FROM notes WHERE id = 1", soci::into(text);
        return {};
    }));
    EXPECT_EQ(text, "kept \xE2\x9C\x93 'quoted'; --");
}

TEST_P(DatabaseTest, KeepsNothingOfAWriteThatFails) {
    auto refused = database().write([&](soci::session& session) -> Result<> {
        session << "INSERT INTO notes (id, text) VALUES (1, 'a')";
        return Error(ErrorKind::Refused, "no");
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::Refused);

    auto thrown = database().write([&](soci::session& session) -> Result<> {
        session << "INSERT INTO notes (id, text) VALUES (1, 'a')";
        throw std::runtime_error("secret value");
    });
    ASSERT_FALSE(thrown);
    EXPECT_EQ(thrown.error().kind(), ErrorKind::Internal);
    EXPECT_EQ(thrown.error().story().find("secret"), std::string::npos);

    EXPECT_EQ(count(database()), 0);
    EXPECT_TRUE(add(database(), 1, "a"));
}

TEST_P(DatabaseTest, SaysConflictForAContradictionWithoutItsValues) {
    ASSERT_TRUE(add(database(), 7, "first"));
    auto again = add(database(), 7, "confidential");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind(), ErrorKind::Conflict);
    EXPECT_EQ(again.error().story().find("confidential"), std::string::npos);
    EXPECT_EQ(again.error().story().find('7'), std::string::npos);
}

TEST_P(DatabaseTest, SaysInternalForWrongSqlWithoutItsText) {
    auto wrong = database().read([&](soci::session& session) -> Result<> {
        session << "SELECT secret_name FROM notes";
        return {};
    });
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind(), ErrorKind::Internal);
    EXPECT_EQ(wrong.error().story().find("secret_name"), std::string::npos);
}

TEST_P(DatabaseTest, ReadsOverOneUnchangingState) {
    ASSERT_TRUE(add(database(), 1, "a"));
    ASSERT_TRUE(database().read([&](soci::session& session) -> Result<> {
        long long before = 0;
        long long after = 0;
        session << "SELECT count(*) FROM notes", soci::into(before);
        EXPECT_TRUE(add(database(), 2, "b"));
        session << "SELECT count(*) FROM notes", soci::into(after);
        EXPECT_EQ(before, 1);
        EXPECT_EQ(after, 1);
        return {};
    }));
    EXPECT_EQ(count(database()), 2);
}

TEST_P(DatabaseTest, LetsNoReaderWrite) {
    auto tried = database().read([&](soci::session& session) -> Result<> {
        session << "INSERT INTO notes (id, text) VALUES (1, 'a')";
        return {};
    });
    ASSERT_FALSE(tried);
    EXPECT_EQ(count(database()), 0);
}

TEST_P(DatabaseTest, RefusesAWriteWithinAWriteInsteadOfWaitingForEver) {
    ASSERT_TRUE(database().write([&](soci::session&) -> Result<> {
        auto nested = add(database(), 1, "a");
        EXPECT_FALSE(nested);
        return {};
    }));
    EXPECT_TRUE(add(database(), 1, "a"));
}

TEST_P(DatabaseTest, ServesManyThreads) {
    constexpr int kThreads = 6;
    constexpr int kEach = 20;
    std::atomic<int> failures{0};
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&, thread] {
                for (int i = 0; i < kEach; ++i) {
                    if (!add(database(), thread * 1000 + i, "x")) ++failures;
                    if (count(database()) < 1) ++failures;
                }
            });
        }
        // More readers at once than there are reading connections.
        for (int thread = 0; thread < 12; ++thread) {
            threads.emplace_back([&] {
                for (int i = 0; i < kEach; ++i) {
                    if (count(database()) < 0) ++failures;
                }
            });
        }
    }
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(count(database()), kThreads * kEach);
}

class ServerTest : public DatabaseTest {};

INSTANTIATE_TEST_SUITE_P(Postgresql, ServerTest, testing::Values(Engine::Postgresql));

TEST_P(ServerTest, IsConnectedAgainAfterItEndedOurConnections) {
    ASSERT_TRUE(add(database(), 1, "a"));
    ASSERT_EQ(count(database()), 1);
    auto other = TestDatabase::make(Engine::Postgresql);
    ASSERT_TRUE((*other)->read([](soci::session& session) -> Result<> {
        session << "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                   "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
        return {};
    }));
    EXPECT_EQ(count(database()), 1);
    EXPECT_TRUE(add(database(), 2, "b"));
}

TEST(Database, RefusesAnAddressItDoesNotKnowWithoutRepeatingIt) {
    for (const auto* url : {"", "mysql:host=x password=hunter2", "/var/lib/x.db", "sqlite:x.db"}) {
        auto opened = Database::open(url);
        ASSERT_FALSE(opened) << url;
        EXPECT_EQ(opened.error().kind(), ErrorKind::InvalidInput);
        EXPECT_EQ(opened.error().story().find("hunter2"), std::string::npos);
    }
}

TEST(Database, SaysThatPostgresqlIsNotThereWithoutItsAddress) {
    auto opened = Database::open("postgresql:host=/nonexistent dbname=x password=hunter2");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind(), ErrorKind::Unavailable) << opened.error().story();
    EXPECT_EQ(opened.error().story().find("hunter2"), std::string::npos);
}

}  // namespace proviso::store
