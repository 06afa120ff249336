#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <proviso/policy/facts.h>
#include <proviso/policy/pack_set.h>

/// The pure evaluator: packs and facts in; verdict, reasons and duties out. No clock, file,
/// socket or thread: reading the pack files is the caller's business.
namespace proviso::policy {

enum class Verdict { Permit, PermitWithDuties, Refuse, Conflict };

std::string_view to_string(Verdict verdict);

/// The rule of this id is the evaluator's own: it speaks where no pack does.
inline constexpr std::string_view kNoPackRule = "X-PACK";

struct Decided {
    std::string_view rule;
    std::string_view cite;
    std::string_view title;
    std::string_view effect;  ///< "refuse", "require", "cap", "floor", "duty", "unknown"
};

struct Lacking {
    std::string_view what;  ///< record kind or fact path
    std::string_view rule;
    std::string_view question;   ///< what a person must answer or provide
    std::uint64_t kinds = 0;     ///< all kinds of records that would do, as bits; 0: it is a fact
    std::int64_t lead_days = 0;  ///< how long the record must have stood before it counts
};

/// All text is that of the PackSet and lives as long as it does.
struct Decision {
    Verdict verdict = Verdict::Refuse;
    bool pending = false;          ///< a refusal that what is lacking would turn
    std::vector<Decided> because;  ///< of a refusal, those that refuse; else all that spoke
    std::vector<std::string_view> duties;
    std::vector<Lacking> missing;  ///< of a permission: questions due in 14 days
    std::vector<std::pair<std::string_view, std::int64_t>> caps;    ///< "footage_days" -> least
    std::vector<std::pair<std::string_view, std::int64_t>> floors;  ///< "footage_days" -> most

    bool permits() const {
        return verdict == Verdict::Permit || verdict == Verdict::PermitWithDuties;
    }
};

/// Pure and total. `on` is the day the law is read at.
Decision evaluate(const PackSet& packs, const Facts& facts, Day on);

/// A case of docs/reference/facts.md: facts with an expectation.
struct CaseResult {
    std::string name;
    Day on;
    Decision decision;
    std::vector<std::string> failures;  ///< empty: as expected
};

/// Evaluates one case document; InvalidInput if it is not in the format.
Result<CaseResult> check_case(const PackSet& packs, const Json& document, Day today);

}  // namespace proviso::policy
