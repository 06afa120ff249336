#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <proviso/base/result.h>
#include <proviso/base/time.h>
#include <proviso/law/matrix.h>

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

/// `on`: the day of cases that do not name one; default: today.
Result<int> law_check(
    const std::filesystem::path& packs,
    const std::vector<std::filesystem::path>& files,
    std::optional<Day> on
);

/// The numbers of the law in the packs of a folder: all, or those that speak of some places ("FR",
/// "US-IL"), the Union's and the world's with them.
Result<int> law_params(
    const std::filesystem::path& packs,
    const std::vector<std::string>& jurisdictions,
    std::optional<Day> on
);

/// Signs one pack of a folder into one file.
struct PackArguments {
    std::filesystem::path folder;  ///< "packs/fr"
    std::filesystem::path output;
    std::filesystem::path key_file;  ///< 32 random bytes in base64, made if it is not there
    std::string publisher;           ///< "example.org/packs"
};

Result<int> law_pack(const PackArguments& arguments);
/// What another set of packs means for the cameras on record; both are folders or pack files laid
/// over the packs in force. `before` empty: what is in force.
Result<int> law_diff(
    const Config& config,
    const std::filesystem::path& before,
    const std::filesystem::path& after,
    std::optional<Day> on,
    int months
);
Result<int> law_import(const Config& config, const std::filesystem::path& file);
Result<int> law_approve(const Config& config, bool withdraw);
Result<int> law_status(const Config& config);
/// What the law says of every capability of every camera (or one).
Result<int> law_matrix(
    const Config& config, const std::optional<CameraId>& camera, std::optional<Day> on
);
Result<int> law_horizon(const Config& config, std::optional<Day> on, int months, bool calendar);

/// The same of a running server; `file` empty: what is announced there.
Result<int> remote_law_diff(
    const Remote& remote, const std::filesystem::path& file, std::optional<Day> on, int months
);
Result<int> remote_law_import(const Remote& remote, const std::filesystem::path& file);
Result<int> remote_law_approve(const Remote& remote, bool withdraw);
Result<int> remote_law_status(const Remote& remote);
Result<int> remote_law_matrix(
    const Remote& remote, const std::optional<CameraId>& camera, std::optional<Day> on
);
/// A cell as `law matrix` prints it.
void print_cell(const law::Cell& cell);
Result<int> remote_law_horizon(
    const Remote& remote, std::optional<Day> on, int months, bool calendar
);

Result<int> ledger_key(const Config& config);
Result<int> ledger_verify(const std::filesystem::path& folder, const std::string& key);

/// Models: the cards that came with the program, and what is installed.
Result<int> models_list(const Config& config);

struct PullArguments {
    std::vector<std::string> models;
    std::filesystem::path from;  ///< a file, or a folder with the files; empty: the card's address
};

Result<int> models_pull(const Config& config, const PullArguments& arguments);
/// Installs somebody's own card with its files, after the hashes were checked.
Result<int> models_add(
    const Config& config,
    const std::filesystem::path& card,
    const std::vector<std::filesystem::path>& files
);
/// Hashes everything that is installed again.
Result<int> models_verify(const Config& config);

struct EvaluateArguments {
    std::string model;
    std::string detector = "face_detection_yunet_2022mar";
    std::filesystem::path manifest;  ///< CSV with a header
    std::vector<std::string> group_columns{"group"};
    std::string set;                ///< how the set is called; empty: its folder
    double threshold = 0.5;         ///< at which the groups are printed and put on record
    std::string site;               ///< the records speak of this site; empty: of all
    std::filesystem::path records;  ///< where to write them; empty: beside the model
    bool apply = false;             ///< put the records on record at once
};

/// Counts how well a face model tells the people of a labelled set apart, also by group.
Result<int> models_evaluate(
    const Config& config, const Remote& remote, const EvaluateArguments& arguments
);

/// A new one-time password for somebody who lost theirs.
Result<int> reset_password(const Config& config, const std::string& login);

struct GalleryArguments {
    std::string name;
    std::string kind = "consenting";  ///< consenting, staff, watch_list
    std::string reason;
    std::vector<std::string> cameras;
    double threshold = 0.5;
    std::optional<Day> expires;
    std::optional<Day> review;
    std::string approver;  ///< user id; a watch-list needs one
};

/// The galleries of faces, without the people in them.
Result<int> galleries_list(const Config& config);
/// Makes a gallery, or changes the terms of one. People are enrolled in the browser, one by one.
Result<int> galleries_put(const Config& config, const GalleryArguments& arguments);

}  // namespace proviso::app
