// proviso-law-mutation PACKS [PACK...]: makes one mistake after the other in every rule and counts
// how many are noticed by some case. Prints those that are not, then the share per kind.
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

#include <proviso/law/sealed_pack.h>
#include <proviso/policy/evaluate.h>

#include "mutants.h"

namespace proviso::mutation {

namespace {

struct Task {
    std::size_t file = 0;      // of the documents
    std::size_t document = 0;  // in the file
    std::string pack;
    std::string rule;
    Mutant mutant;
};

struct Score {
    int made = 0;
    int caught = 0;
};

class Run {
public:
    Result<> load(const std::filesystem::path& folder, const std::set<std::string>& only) {
        today_ = PROVISO_TRY(parse_day("2026-11-22"));
        auto packs = PROVISO_TRY(law::read_pack_folder(folder));
        for (const auto& pack : packs) {
            for (const auto& file : pack.rules) {
                files_.push_back(PROVISO_TRY(policy::read_pack_file(file)));
                bool rules = file.name.find("/rules/") != std::string::npos;
                if (rules && (only.empty() || only.contains(pack.id))) add_tasks(pack.id);
            }
            for (const auto& file : pack.cases) {
                auto read = PROVISO_TRY(policy::read_pack_file(file));
                auto& cases = cases_[pack.id];
                cases.insert(cases.end(), read.documents.begin(), read.documents.end());
            }
        }
        for (std::size_t i = 0; i < files_.size(); ++i) add_parameters(i, only);
        return {};
    }

    Result<> check_unchanged() const {
        auto packs = PROVISO_TRY(policy::PackSet::compile_documents(files_));
        for (const auto& [pack, cases] : cases_) {
            if (auto failed = PROVISO_TRY(first_failure(*packs, cases)); !failed.empty()) {
                return invalid_input("a case fails before anything is changed: " + failed);
            }
        }
        return {};
    }

    void work() {
        std::vector<std::jthread> threads;
        auto count = std::max(1U, std::thread::hardware_concurrency());
        for (unsigned i = 0; i < count; ++i) {
            threads.emplace_back([this] {
                while (true) {
                    auto next = next_++;
                    if (next >= tasks_.size()) return;
                    judge(tasks_[next]);
                }
            });
        }
    }

    int report() const {
        Score all;
        for (const auto& [kind, score] : by_kind_) {
            fmt::print("{:<8} {:>5} of {:>5} noticed\n", kind, score.caught, score.made);
            all.made += score.made;
            all.caught += score.caught;
        }
        fmt::print(
            "figure: {} of {} mistakes in the rules are noticed by some case ({:.1f} %)\n",
            all.caught,
            all.made,
            all.made == 0 ? 100.0 : 100.0 * all.caught / all.made
        );
        return all.caught * 100 >= all.made * 95 ? 0 : 1;
    }

private:
    void add_tasks(const std::string& pack) {
        const auto& documents = files_.back().documents;
        for (std::size_t i = 0; i < documents.size(); ++i) {
            auto status = documents[i].value("status", "");
            if (status == "bill" || status == "repealed") continue;  // they decide nothing
            for (auto& mutant : mutants_of(documents[i])) {
                tasks_.push_back(
                    {files_.size() - 1, i, pack, documents[i].value("id", "?"), std::move(mutant)}
                );
            }
        }
    }

    /// Those that a rule of the pack names; the others decide nothing.
    void add_parameters(std::size_t file, const std::set<std::string>& only) {
        const auto& name = files_[file].name;
        auto pack = name.substr(0, name.find('/'));
        if (!name.ends_with("/params.csv") || (!only.empty() && !only.contains(pack))) return;
        std::string rules;
        for (const auto& each : files_) {
            if (!each.name.starts_with(pack + "/rules/")) continue;
            for (const auto& document : each.documents) {
                auto status = document.value("status", "");
                if (status != "bill" && status != "repealed") rules += document.dump();
            }
        }
        const auto& rows = files_[file].documents;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            auto reference = Json{{"param", rows[i].value("name", "")}}.dump();
            if (rules.find(reference) == std::string::npos) continue;
            for (auto& mutant : mutants_of_parameter(rows[i])) {
                tasks_.push_back({file, i, pack, pack, std::move(mutant)});
            }
        }
    }

    /// That a default lies beyond its cap is seen without any case; here the cases must see it.
    static void forget_default(policy::PackDocuments& file, const Json& row) {
        auto name = row.value("name", "");
        auto other = name.substr(0, name.rfind('.')) + ".default";
        if (name == other) return;
        std::erase_if(file.documents, [&](const Json& each) {
            return each.value("name", "") == other;
        });
    }

    Result<std::string> first_failure(const policy::PackSet& packs, const std::vector<Json>& cases)
        const {
        for (const auto& each : cases) {
            auto result = PROVISO_TRY(policy::check_case(packs, each, today_));
            if (!result.failures.empty()) return result.name;
        }
        return std::string();
    }

    /// A mistake that no longer compiles is noticed as well.
    bool caught(const Task& task) const {
        auto changed = files_;
        changed[task.file].documents[task.document] = task.mutant.rule;
        if (changed[task.file].name.ends_with("/params.csv")) {
            forget_default(changed[task.file], task.mutant.rule);
        }
        auto packs = policy::PackSet::compile_documents(changed);
        if (!packs) return true;
        auto own = cases_.find(task.pack);
        if (own != cases_.end()) {
            auto failed = first_failure(**packs, own->second);
            if (!failed || !failed->empty()) return true;
        }
        for (const auto& [pack, cases] : cases_) {
            if (pack == task.pack) continue;
            auto failed = first_failure(**packs, cases);
            if (!failed || !failed->empty()) return true;
        }
        return false;
    }

    void judge(const Task& task) {
        bool seen = caught(task);
        std::lock_guard lock(mutex_);
        auto& score = by_kind_[task.mutant.kind];
        ++score.made;
        if (seen) {
            ++score.caught;
        } else {
            fmt::print("unseen: {}: {}: {}\n", task.rule, task.mutant.kind, task.mutant.words);
            std::fflush(stdout);
        }
    }

    Day today_{};
    std::vector<policy::PackDocuments> files_;
    std::map<std::string, std::vector<Json>> cases_;
    std::vector<Task> tasks_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::map<std::string, Score> by_kind_;
};

Result<int> run(int argc, char** argv) {
    if (argc < 2) return invalid_input("usage: proviso-law-mutation PACKS [PACK...]");
    Run run;
    PROVISO_TRY(run.load(argv[1], std::set<std::string>(argv + 2, argv + argc)));
    PROVISO_TRY(run.check_unchanged());
    run.work();
    return run.report();
}

}  // namespace

}  // namespace proviso::mutation

int main(int argc, char** argv) {
    try {
        auto code = proviso::mutation::run(argc, argv);
        if (code) return *code;
        std::cerr << "proviso-law-mutation: " << code.error().story() << "\n";
    } catch (const std::exception& problem) {
        std::cerr << "proviso-law-mutation: " << problem.what() << "\n";
    }
    return 2;
}
