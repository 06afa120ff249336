#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace proviso::store {

/// A PostgreSQL server for tests: its files and its Unix socket in a temporary folder, no network,
/// gone when this program ends however it ends.
class PostgresqlServer {
public:
    PostgresqlServer();
    PostgresqlServer(const PostgresqlServer&) = delete;
    PostgresqlServer& operator=(const PostgresqlServer&) = delete;
    ~PostgresqlServer();

    /// Empty if it runs.
    const std::string& why_not() const { return why_not_; }

    const std::string& url() const { return url_; }

private:
    void start(const std::filesystem::path& programs);

    std::filesystem::path folder_;
    std::string url_;
    std::string why_not_;
    pid_t process_ = -1;
};

}  // namespace proviso::store
