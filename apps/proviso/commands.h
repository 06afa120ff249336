#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <proviso/base/result.h>

#include "config.h"

/// What `proviso COMMAND` does. Each prints to standard output and returns the exit code: 0 done,
/// 1 something was found (a failed case, a broken invariant).
namespace proviso::app {

/// A running server and who asks it.
struct Remote {
    std::string server;  ///< "https://host:8971"; empty: work on the data folder itself
    std::string login;
    std::filesystem::path password_file;  ///< empty: ask at the terminal
    bool accept_any_certificate = false;
};

struct ApplyArguments {
    std::vector<std::filesystem::path> files;  ///< "-" is standard input
    std::string reason;
    bool dry_run = false;
};

Result<int> apply(const Config& config, const Remote& remote, const ApplyArguments& arguments);
Result<int> get(
    const Config& config, const Remote& remote, const std::string& kind, const std::string& name
);

/// Walks the numbered invariants of everything at rest.
Result<int> check(const Config& config, bool deep);
Result<int> rebuild(const Config& config);
/// Tells the life of one recording, step by step (docs/design/life-of-a-frame.md).
Result<int> trace(const Config& config, const std::string& segment);

Result<int> law_check(
    const std::filesystem::path& packs, const std::vector<std::filesystem::path>& files
);

Result<int> ledger_key(const Config& config);
Result<int> ledger_verify(const std::filesystem::path& folder, const std::string& key);

/// A new one-time password for somebody who lost theirs.
Result<int> reset_password(const Config& config, const std::string& login);

}  // namespace proviso::app
