#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include <proviso/store/database.h>

namespace proviso::store {

/// A folder of its own under the temporary folder, removed when it goes.
class TestFolder {
public:
    TestFolder();
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    ~TestFolder();

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Flips one bit of a file: unlike a byte written over another, it always changes something.
void flip_bit(const std::filesystem::path& file, std::uint64_t at);

/// An empty database for one test, on either engine. PostgreSQL is a server of its own, started
/// once per test program on a Unix socket in a temporary folder, ended with it.
class TestDatabase {
public:
    /// Null if the engine is not on this machine; why_not() then says why.
    static std::unique_ptr<TestDatabase> make(Engine engine);
    static std::string why_not();

    Database& operator*() { return *database_; }

    Database* operator->() { return database_.get(); }

    /// Closes it and opens it again, as a restart would.
    void reopen();

    const std::string& url() const { return url_; }

private:
    TestDatabase() = default;

    TestFolder folder_;
    std::string url_;
    std::unique_ptr<Database> database_;
};

/// A fixture for tests that must hold on both engines:
///
///     class CatalogTest : public store::EngineTest {};
///     TEST_P(CatalogTest, ...) { database() ... }
///     PROVISO_ON_BOTH_ENGINES(CatalogTest);
class EngineTest : public testing::TestWithParam<Engine> {
protected:
    void SetUp() override {
        database_ = TestDatabase::make(GetParam());
        if (database_ == nullptr) GTEST_SKIP() << TestDatabase::why_not();
    }

    Database& database() { return **database_; }

    TestDatabase& test_database() { return *database_; }

private:
    std::unique_ptr<TestDatabase> database_;
};

}  // namespace proviso::store

/// CTest runs all PostgreSQL instances of a test program in one process, to start one server.
#define PROVISO_ON_BOTH_ENGINES(Suite)                                                          \
    INSTANTIATE_TEST_SUITE_P(Sqlite, Suite, testing::Values(::proviso::store::Engine::Sqlite)); \
    INSTANTIATE_TEST_SUITE_P(                                                                   \
        Postgresql, Suite, testing::Values(::proviso::store::Engine::Postgresql)                \
    )
