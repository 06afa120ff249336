#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler.h"

namespace proviso::policy {

enum class Status : std::uint8_t { InForce, Adopted, Bill, Guidance, Case, Repealed };

enum class OnUnknown : std::uint8_t {
    ByClass,  ///< biometrics and sound: no; anything else: a question
    Deny,
    Ask,
};

/// What ties a rule's jurisdiction to the question.
enum Connects : std::uint8_t {
    kSite = 1,
    kController = 2,
    kStore = 4,
    kViewer = 8,
    kRecipient = 16,
    kSupport = 32,
};

/// A cap or floor on one number, and what loosens it.
struct Limit {
    struct Step {
        std::optional<std::int64_t> to;  ///< none: lifted altogether
        std::vector<Requirement> needs;
    };

    slot::Number param = slot::kFootageDays;
    std::int64_t value = 0;
    std::vector<Step> relax;  ///< in the order written, each looser than the one before
};

struct Duty {
    std::string id;
    int when = -1;
};

/// An exception from a prohibition: a condition and records.
struct Exception {
    int where = -1;
    std::vector<Requirement> needs;
};

struct Effect {
    bool deny = false;
    std::optional<Exception> deny_unless;
    std::vector<Requirement> require;
    std::vector<Requirement> ask;  ///< as require, but lacking it is a question, not a no
    std::uint64_t facts = 0;       ///< fields that must be stated
    int prove = -1;
    std::vector<Limit> caps;
    std::vector<Limit> floors;
    std::vector<Duty> duties;
    OnUnknown on_unknown = OnUnknown::ByClass;

    bool can_refuse() const {
        return deny || deny_unless || !require.empty() || prove >= 0 || facts != 0;
    }

    bool is_empty() const {
        return !can_refuse() && ask.empty() && caps.empty() && floors.empty() && duties.empty();
    }
};

struct Rule {
    std::string id;
    std::string digest;  ///< SHA-256 of the canonical document, hexadecimal
    std::vector<std::string> aliases;
    std::string part_of;  ///< the rule whose article this one completes; cases may name that
    std::string title;
    std::string cite;
    std::string status_text;
    std::string confidence;
    Status status = Status::InForce;
    std::optional<Day> from;
    std::optional<Day> to;
    std::uint8_t pack = 0;
    std::uint8_t connects = kSite;
    std::uint16_t acts = 0xffff;              ///< bits over the acts
    std::uint64_t kinds = ~std::uint64_t{0};  ///< analytic kinds the scope can be true for
    int scope = -1;
    Effect effect;
    std::vector<std::string> overrides;     ///< as written
    std::vector<std::uint16_t> overridden;  ///< as found
    std::string attestation;                ///< next step where confidence is '?'
    Requirement vouched;                    ///< counsel's word on this very rule

    /// Doubtful rules open nothing without counsel's word.
    bool doubtful() const { return confidence == "?"; }

    bool votes() const { return status != Status::Bill && status != Status::Repealed; }

    bool applies(Day on) const { return (!from || *from <= on) && (!to || on <= *to); }
};

/// Reads one rule document. `duties` collects the sentences of the duties it names.
Result<Rule> read_rule(
    Compiler& compiler,
    const Program& program,
    const Json& document,
    std::map<std::string, std::string, std::less<>>& duties
);

}  // namespace proviso::policy
