#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/behaviour/rule_spec.h>

/// What the kinds of rules mean, in one table, and whether zones and rules make sense.
namespace proviso::behaviour {

/// A number that a kind takes; not taken if `most` is 0.
struct Range {
    double least = 0;
    double most = 0;
    double usual = 0;

    bool used() const { return most > 0; }
};

/// One kind of rule, described once for the engine, the documentation and the editor.
struct RuleKind {
    std::string_view kind;   ///< of kRuleKinds
    std::string_view title;  ///< "Intrusion"
    std::string_view words;  ///< what it tells, one sentence
    Range seconds;
    Range count;
    Range speed;       ///< own heights a second: a person walks at about 0.8
    int cooldown = 0;  ///< usual, seconds
};

/// In the order of kRuleKinds.
std::span<const RuleKind> rule_kinds();
/// Null for a word that is none.
const RuleKind* find_rule_kind(std::string_view kind);
/// The kinds with words, ranges and usual values, for editors and documentation.
Json rule_vocabulary();

inline constexpr std::size_t kMostZones = 64;
inline constexpr std::size_t kMostRules = 64;
inline constexpr std::size_t kMostCorners = 256;

/// 2 to 256 points in the picture; a polygon that does not cross itself and covers at least
/// 0.01 % of it, or a line of at least 2 %.
Result<> check_zone(const Zone& zone);
/// The zone is there and of the right shape, numbers are in their ranges, the time zone is known.
Result<> check_rule(const RuleSpec& rule, const std::vector<Zone>& zones);

}  // namespace proviso::behaviour
