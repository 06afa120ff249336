#include "postgresql_server.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <proviso/store/database.h>

namespace proviso::store {

namespace {

constexpr std::chrono::seconds kPatience{30};

/// PostgreSQL refuses to run as root.
const passwd* humble_user() {
    if (::geteuid() != 0) return nullptr;
    const auto* user = ::getpwnam("postgres");
    return user != nullptr ? user : ::getpwnam("nobody");
}

std::filesystem::path newest_programs() {
    std::filesystem::path best;
    std::error_code missing;
    for (const auto& version :
         std::filesystem::directory_iterator("/usr/lib/postgresql", missing)) {
        auto programs = version.path() / "bin";
        if (std::filesystem::exists(programs / "initdb") && programs > best) best = programs;
    }
    return best;
}

/// Starts a program as `user`, silent, killed with this one.
pid_t spawn(std::vector<std::string> words, const passwd* user) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    auto parent = ::getpid();
    auto child = ::fork();
    if (child != 0) return child;
    auto nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, 0);
    ::dup2(nothing, 1);
    ::dup2(nothing, 2);
    if (user != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 ||
                            ::setuid(user->pw_uid) != 0)) {
        ::_exit(126);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent || ::chdir("/") != 0) ::_exit(126);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

}  // namespace

PostgresqlServer::PostgresqlServer() {
    auto programs = newest_programs();
    if (programs.empty()) {
        why_not_ = "PostgreSQL is not installed (Debian package postgresql)";
        return;
    }
    std::string pattern = "/tmp/proviso-pg-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) {
        why_not_ = "no temporary folder for PostgreSQL";
        return;
    }
    folder_ = pattern;
    start(programs);
}

void PostgresqlServer::start(const std::filesystem::path& programs) {
    const auto* user = humble_user();
    if (user != nullptr && ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
        why_not_ = "PostgreSQL cannot be run as another user here";
        return;
    }
    auto data = (folder_ / "data").string();
    auto initdb = spawn(
        {(programs / "initdb").string(),
         "-D",
         data,
         "-A",
         "trust",
         "-U",
         "proviso",
         "-E",
         "UTF8",
         "--no-locale",
         "--no-sync"},
        user
    );
    int status = -1;
    if (initdb < 0 || ::waitpid(initdb, &status, 0) != initdb || status != 0) {
        why_not_ = "PostgreSQL's initdb failed here";
        return;
    }
    process_ = spawn(
        {(programs / "postgres").string(),
         "-D",
         data,
         "-k",
         folder_.string(),
         "-c",
         "listen_addresses=",
         "-c",
         "fsync=off",
         "-c",
         "shared_buffers=16MB",
         "-c",
         "max_connections=60"},
        user
    );
    url_ = fmt::format("postgresql:host={} user=proviso dbname=postgres", folder_.string());
    auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
        if (Database::open(url_)) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    why_not_ = "PostgreSQL did not start within 30 s";
}

PostgresqlServer::~PostgresqlServer() {
    if (process_ > 0) {
        ::kill(process_, SIGQUIT);
        ::waitpid(process_, nullptr, 0);
    }
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

}  // namespace proviso::store
