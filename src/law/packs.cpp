#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <proviso/base/file.h>
#include <proviso/law/packs.h>
#include <proviso/registers/vocabulary.h>

namespace proviso::law {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMostFileBytes = 1U << 20U;

bool is_yaml(const fs::path& path) { return path.extension() == ".yaml"; }

/// All files under `folder` that are wanted, sorted.
Result<std::vector<fs::path>> files_in(
    const fs::path& folder, const std::function<bool(const fs::path&)>& wanted
) {
    std::vector<fs::path> files;
    std::error_code problem;
    for (fs::recursive_directory_iterator entry(folder, problem), end; !problem && entry != end;
         entry.increment(problem)) {
        if (entry->is_regular_file(problem) && wanted(entry->path())) {
            files.push_back(entry->path());
        }
    }
    if (problem) return errno_error("read folder " + folder.string(), problem.value());
    std::sort(files.begin(), files.end());
    return files;
}

bool is_case(const fs::path& path) {
    return std::find(path.begin(), path.end(), "cases") != path.end();
}

/// Of a folder with packs, their cases; of any other, all files.
Result<std::vector<fs::path>> case_files(const fs::path& folder) {
    auto files = PROVISO_TRY(files_in(folder, is_yaml));
    if (std::any_of(files.begin(), files.end(), is_case)) {
        std::erase_if(files, [](const fs::path& file) { return !is_case(file); });
    }
    return files;
}

void describe(const policy::CaseResult& result, std::string& text) {
    const auto& decision = result.decision;
    text += fmt::format(
        "{} {} ({})\n  verdict: {}{}\n",
        result.failures.empty() ? "ok  " : "FAIL",
        result.name,
        to_iso8601(result.on),
        policy::to_string(decision.verdict),
        decision.pending ? " (pending: see what is missing)" : ""
    );
    for (const auto& reason : decision.because) {
        text += fmt::format(
            "  {}: {} [{}] {}\n", reason.effect, reason.rule, reason.cite, reason.title
        );
    }
    if (!decision.duties.empty()) {
        text += fmt::format("  duties: {}\n", fmt::join(decision.duties, ", "));
    }
    for (const auto& [name, days] : decision.caps) {
        text += fmt::format("  cap: {} {}\n", name, days);
    }
    for (const auto& [name, days] : decision.floors) {
        text += fmt::format("  floor: {} {}\n", name, days);
    }
    for (const auto& lacking : decision.missing) {
        text +=
            fmt::format("  missing: {} ({}) {}\n", lacking.what, lacking.rule, lacking.question);
    }
    for (const auto& failure : result.failures) text += fmt::format("  FAILED: {}\n", failure);
}

Result<> check_file(
    const policy::PackSet& packs, const fs::path& file, Day today, CheckReport& report
) {
    auto content = PROVISO_TRY(read_file(file, kMostFileBytes));
    auto documents = PROVISO_TRY(parse_yaml(content));
    for (const auto& document : documents) {
        ++report.cases;
        auto result = policy::check_case(packs, document, today);
        if (!result) {
            // One case that cannot be read leaves the others their answer.
            ++report.failed;
            report.text += fmt::format("FAIL {}: {}\n", file.string(), result.error().story());
            if (!result.error().next_step().empty())
                report.text += fmt::format("  what to do: {}\n", result.error().next_step());
            continue;
        }
        describe(*result, report.text);
        if (!result->failures.empty()) ++report.failed;
    }
    return {};
}

}  // namespace

Result<std::shared_ptr<const policy::PackSet>> load_packs(const fs::path& folder) {
    auto is_part = [](const fs::path& path) {
        return is_yaml(path) || path.filename() == "params.csv";
    };
    auto paths = PROVISO_TRY(files_in(folder, is_part));
    std::vector<policy::PackFile> files;
    for (const auto& path : paths) {
        auto relative = path.lexically_relative(folder);
        if (is_case(relative)) continue;
        auto content = PROVISO_TRY(read_file(path, kMostFileBytes).while_doing("load packs"));
        files.push_back({relative.generic_string(), std::move(content)});
    }
    return policy::PackSet::compile(files).while_doing("load packs from " + folder.string());
}

Result<std::string> parameter_table(
    const policy::PackSet& packs, const std::vector<std::string>& jurisdictions, Day on
) {
    for (const auto& each : jurisdictions) {
        auto country = each.substr(0, each.find('-'));
        if (each == "EU" || registers::is_jurisdiction(country)) continue;
        return invalid_input(
            fmt::format("'{}' is no jurisdiction", each), "use ISO 3166 codes such as FR or US-IL"
        );
    }
    using Row = std::array<std::string, 7>;
    std::vector<Row> rows{
        {"JURISDICTION", "PARAMETER", "VALUE", "UNIT", "KIND", "SOURCE", "CONFIDENCE"}};
    for (const auto& pack : packs.packs()) {
        if (!jurisdictions.empty() && !packs.speaks_of(pack.id, jurisdictions, on)) continue;
        auto place = pack.jurisdictions.front() == "*"
                         ? std::string("everywhere")
                         : fmt::format("{}", fmt::join(pack.jurisdictions, " "));
        for (const auto& each : packs.parameters()) {
            if (each.pack != pack.id) continue;
            auto source = each.source;
            if (each.from) source += fmt::format(", from {}", to_iso8601(*each.from));
            if (each.to) source += fmt::format(", until {}", to_iso8601(*each.to));
            if (!each.note.empty()) source += fmt::format(" ({})", each.note);
            rows.push_back(
                {place, each.name, each.value, each.unit, each.kind, source, each.confidence}
            );
        }
    }
    std::array<std::size_t, std::tuple_size_v<Row>> widths{};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths.at(i) = std::max(widths.at(i), row.at(i).size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            bool last = i + 1 == row.size();
            text += last ? row.at(i) + "\n" : fmt::format("{:<{}}  ", row.at(i), widths.at(i));
        }
    }
    return text;
}

Result<CheckReport> check_files(
    const policy::PackSet& packs, const std::vector<fs::path>& files, Day today
) {
    CheckReport report;
    for (const auto& path : files) {
        std::error_code problem;
        std::vector<fs::path> list{path};
        if (fs::is_directory(path, problem)) list = PROVISO_TRY(case_files(path));
        for (const auto& file : list) {
            PROVISO_TRY(check_file(packs, file, today, report).while_doing(file.string()));
        }
    }
    report.text += fmt::format(
        "{} {}, {} failed\n", report.cases, report.cases == 1 ? "case" : "cases", report.failed
    );
    return report;
}

}  // namespace proviso::law
