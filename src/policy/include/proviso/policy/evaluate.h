#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/base/time.h>

/// The pure evaluator: packs and facts in; verdict, reasons and duties out. No clock, file,
/// socket or thread: reading the pack files is the caller's business.
namespace proviso::policy {

/// One file of a pack as read by the caller; `name` is only for errors.
struct PackFile {
    std::string name;
    std::string content;
};

/// Compiled packs. Immutable.
class PackSet {
public:
    /// All or nothing; an error names file, line or rule, and what is wrong.
    static Result<std::shared_ptr<const PackSet>> compile(const std::vector<PackFile>& files);
    ~PackSet();
    PackSet(const PackSet&) = delete;
    PackSet& operator=(const PackSet&) = delete;

    /// SHA-256 over the canonical form of everything loaded, hexadecimal.
    const std::string& digest() const;

    struct Inside;

    const Inside& inside() const { return *inside_; }

private:
    explicit PackSet(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

/// The facts of one question, in the format of FACTS.md, made ready for evaluation. What is not
/// stated is unknown.
class Facts {
public:
    /// Strict: unknown keys and values outside the vocabulary are errors with the nearest name.
    static Result<Facts> from_json(const Json& document);
    Facts(Facts&&) noexcept;
    Facts& operator=(Facts&&) noexcept;
    ~Facts();

    /// SHA-256 of the canonical facts, hexadecimal: what a decision refers to.
    const std::string& digest() const;

    struct Inside;

    const Inside& inside() const { return *inside_; }

private:
    explicit Facts(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

enum class Verdict { Permit, PermitWithDuties, Refuse, Conflict };

std::string_view to_string(Verdict verdict);

struct Decided {
    std::string rule;
    std::string cite;
    std::string title;
    std::string effect;  ///< "refuse", "require", "cap", "floor", "duty", "unknown"
};

struct Lacking {
    std::string what;  ///< record kind or fact path
    std::string rule;
    std::string question;  ///< what a person must answer or provide
};

struct Decision {
    Verdict verdict = Verdict::Refuse;
    bool pending = false;  ///< a refusal that what is lacking would turn
    std::vector<Decided> because;
    std::vector<std::string> duties;
    std::vector<Lacking> missing;
    std::vector<std::pair<std::string, std::int64_t>> caps;    ///< "footage_days" -> least
    std::vector<std::pair<std::string, std::int64_t>> floors;  ///< "footage_days" -> most
};

/// Pure and total. `on` is the day the law is read at.
Decision evaluate(const PackSet& packs, const Facts& facts, Day on);

/// A case of FACTS.md: facts with an expectation.
struct CaseResult {
    std::string name;
    Decision decision;
    std::vector<std::string> failures;  ///< empty: as expected
};

/// Evaluates one case document; InvalidInput if it is not in the format.
Result<CaseResult> check_case(const PackSet& packs, const Json& document, Day today);

}  // namespace proviso::policy
