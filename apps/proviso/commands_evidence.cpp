#include <iostream>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/ledger/tile_ledger.h>
#include <proviso/record/check.h>

#include "commands.h"
#include "house.h"

namespace proviso::app {

Result<int> check(const Config& config, bool deep) {
    auto house = PROVISO_TRY(House::open(config));
    std::cout << "ledger: " << std::flush;
    auto entries = PROVISO_TRY(
        ledger::verify_tile_ledger(config.data / "ledger", house->ledger->verifier_key())
    );
    std::cout << fmt::format("{} entries hash to the signed checkpoint\n", entries);
    auto findings = PROVISO_TRY(record::check_recordings(
        config.recordings(), *house->catalog, *house->keys, *house->ledger, deep
    ));
    for (const auto& finding : findings) {
        std::cout << fmt::format("{} {}: {}\n", finding.invariant, finding.subject, finding.words);
    }
    std::cout << fmt::format(
        "recordings: {} ({})\n",
        findings.empty() ? "every invariant holds" : fmt::format("{} findings", findings.size()),
        deep ? "every fragment was decrypted and hashed" : "headers only; --deep reads everything"
    );
    return findings.empty() ? 0 : 1;
}

Result<int> rebuild(const Config& config) {
    auto house = PROVISO_TRY(House::open(config));
    auto report =
        PROVISO_TRY(record::rebuild_catalog(config.recordings(), *house->catalog, *house->ledger));
    for (const auto& skipped : report.skipped) std::cout << "skipped " << skipped << "\n";
    std::cout << fmt::format(
        "{} recordings and {} gaps are in the catalog\n", report.segments, report.gaps
    );
    return report.skipped.empty() ? 0 : 1;
}

Result<int> ledger_key(const Config& config) {
    auto house = PROVISO_TRY(House::open(config));
    std::cout << house->ledger->verifier_key() << "\n";
    return 0;
}

Result<int> ledger_verify(const std::filesystem::path& folder, const std::string& key) {
    auto entries = PROVISO_TRY(ledger::verify_tile_ledger(folder, key));
    std::cout << fmt::format(
        "{} entries hash to the checkpoint, and the checkpoint is signed by {}\n", entries, key
    );
    return 0;
}

}  // namespace proviso::app
