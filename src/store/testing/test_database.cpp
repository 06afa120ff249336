#include "proviso/store/test_database.h"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <soci/soci.h>

#include "postgresql_server.h"

namespace proviso::store {

namespace {

std::unique_ptr<Database> open_or_throw(const std::string& url) {
    auto opened = Database::open(url);
    if (!opened) throw std::runtime_error(opened.error().story());
    return std::move(opened).value();
}

PostgresqlServer& server() {
    static PostgresqlServer one;
    return one;
}

std::string new_schema() {
    static std::atomic<int> count{0};
    auto name = fmt::format("test_{}", ++count);
    auto admin = open_or_throw(server().url());
    auto made = admin->write([&](soci::session& session) -> Result<> {
        session << "CREATE SCHEMA " + name;
        return {};
    });
    if (!made) throw std::runtime_error(made.error().story());
    return fmt::format("{} options='-c search_path={}'", server().url(), name);
}

}  // namespace

TestFolder::TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "proviso-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
}

TestFolder::~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void flip_bit(const std::filesystem::path& file, std::uint64_t at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.exceptions(std::ios::failbit | std::ios::badbit | std::ios::eofbit);
    stream.seekg(static_cast<std::streamoff>(at));
    const auto flipped = static_cast<char>(stream.get() ^ 1);
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(flipped);
}

std::unique_ptr<TestDatabase> TestDatabase::make(Engine engine) {
    if (engine == Engine::Postgresql && !why_not().empty()) return nullptr;
    std::unique_ptr<TestDatabase> made(new TestDatabase());
    made->url_ = engine == Engine::Sqlite
                     ? fmt::format("sqlite:{}/test.db", made->folder_.path().string())
                     : new_schema();
    made->database_ = open_or_throw(made->url_);
    return made;
}

std::string TestDatabase::why_not() { return server().why_not(); }

void TestDatabase::reopen() {
    database_.reset();
    database_ = open_or_throw(url_);
}

}  // namespace proviso::store
