#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <proviso/base/time.h>
#include <proviso/policy/evaluate.h>

namespace proviso::law {

/// Reads and compiles every pack of a folder. All or nothing; errors name file and rule.
Result<std::shared_ptr<const policy::PackSet>> load_packs(const std::filesystem::path& folder);

/// The numbers of the law as a table for a person: jurisdiction, parameter, value, unit, kind,
/// source, confidence. Of the packs that speak of any of these places on that day, or of all.
/// InvalidInput for something that is no jurisdiction.
Result<std::string> parameter_table(
    const policy::PackSet& packs, const std::vector<std::string>& jurisdictions, Day on
);

struct CheckReport {
    std::string text;  ///< for a person: each case with verdict, reasons, duties, what is missing
    int cases = 0;
    int failed = 0;  ///< cases that came out otherwise than expected
};

/// Evaluates the cases in files, or in all *.yaml of folders. An error names the file that is not
/// in the format of docs/reference/facts.md.
Result<CheckReport> check_files(
    const policy::PackSet& packs, const std::vector<std::filesystem::path>& files, Day today
);

}  // namespace proviso::law
