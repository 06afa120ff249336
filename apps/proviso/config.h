#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/alerts/notices.h>
#include <proviso/api/server.h>
#include <proviso/base/result.h>

namespace proviso::app {

/// The machine's configuration: `proviso.yaml` (docs/reference/configuration.md). What people
/// decide about sites and cameras is not here but in the registers.
struct Config {
    std::filesystem::path data = "/var/lib/proviso";
    std::string database;  ///< empty: sqlite in the data folder

    struct {
        std::string bind = "127.0.0.1";
        std::uint16_t port = 8971;
        std::vector<std::string> hosts{"localhost"};  ///< names in a certificate made here
        std::filesystem::path certificate;            ///< empty: made here unless on loopback
        std::filesystem::path private_key;
        std::filesystem::path web = "/usr/share/proviso/web";
    } server;

    std::filesystem::path packs = "/usr/share/proviso/packs";

    struct {
        std::vector<std::string> publishers;  ///< verifier keys whose packs may be imported
    } law;

    std::string viewer_country;

    struct {
        std::filesystem::path file;             ///< empty: keys/master.key in the data folder
        std::filesystem::path passphrase_file;  ///< instead of `file`
    } keys;

    std::string ledger_origin = "proviso.local/log";

    struct {
        std::chrono::seconds segment{60};
        std::chrono::milliseconds fragment{500};
        std::chrono::milliseconds sync{1000};
        int writers = 2;
        std::uint64_t least_free_bytes = 256ULL << 20U;
    } record;

    struct {
        int workers = 1;
    } ingest;

    struct {
        int workers = 0;  ///< processes that look at pictures; 0: one for each processor
        std::filesystem::path cards = "/usr/share/proviso/models";  ///< model cards
        std::filesystem::path models;  ///< weights; empty: models in the data folder
    } vision;

    struct {
        std::chrono::seconds every{60};
        int exports_days = 30;
    } retention;

    struct {
        api::LiftRules::SecondPerson second_person = api::LiftRules::SecondPerson::Never;
        std::chrono::minutes longest{60};
        bool break_glass = true;
    } lifts;  ///< seeing people without masks

    std::string face_model = "face_reid_retail_0095";  ///< card that makes the face templates
    alerts::NoticesConfig notices;                     ///< the `alerts:` section

    std::filesystem::path metrics_token_file;  ///< empty: only sessions get the metrics

    std::string log_level = "info";

    std::filesystem::path recordings() const { return data / "recordings"; }

    /// Installed models: weights, and the card of each beside them.
    std::filesystem::path models() const {
        return vision.models.empty() ? data / "models" : vision.models;
    }

    std::filesystem::path exports() const { return data / "exports"; }

    std::filesystem::path pictures() const { return data / "pictures"; }

    std::string database_url() const {
        return database.empty() ? "sqlite:" + (data / "proviso.db").string() : database;
    }
};

/// Strict: an unknown key is an error that offers the nearest name. Relative paths are relative
/// to `base`, the folder of the file.
Result<Config> parse_config(std::string_view yaml, const std::filesystem::path& base);

Result<Config> load_config(const std::filesystem::path& file);

}  // namespace proviso::app
