#pragma once

#include <array>
#include <bitset>
#include <string_view>
#include <vector>

#include <proviso/policy/evaluate.h>

#include "pack_inside.h"

namespace proviso::policy {

/// How a rule spoke.
enum class Spoke : std::uint8_t { Refuse, Require, Cap, Floor, Duty, Unknown };

/// "answer:space.kind" for every fact, in the order of fields().
const std::vector<std::string>& answer_duties();

/// One evaluation: gathers what the rules say, then weighs it.
class Weighing {
public:
    Weighing(const PackSet& packs, const Facts& facts, Day on);

    Decision decide();

private:
    static constexpr std::int64_t kNone = -1;
    static constexpr std::size_t kLimits = 4;  ///< footage, templates, watch-list, logs

    struct Said {
        const Rule* rule;
        Spoke how;
        bool refuses;
    };

    Tri ask(int node) const {
        return node < 0 ? Tri::True : evaluate_node(asking_, static_cast<std::uint16_t>(node));
    }

    // What one rule says (weighing.cpp).
    void speak();
    /// What a rule overrides falls silent; if the rule is doubtful, counsel must vouch for it.
    void override_others();
    /// Counsel attested this very rule.
    bool vouched() const;
    void refuse_finally();
    void lack(const Lacking& lacking);
    Lacking lack_of(std::string_view what, std::string_view question) const;
    Lacking lack_of(const Requirement& need) const;
    std::string_view rule_id() const;
    void refuse_for_now(const Lacking& lacking);
    void exception(const Exception& exception);
    void require(const Requirement& need, bool refuse);
    void prove();
    void need_facts();
    /// A condition inside the effect is unknown.
    void open_question(int node);
    void open_questions(std::uint64_t lacking);
    /// The scope itself is unknown.
    void unknown(int node);
    bool refuses_unknown() const;
    bool has_all(const Limit::Step& step) const;
    /// Beyond a limit; `step` is what would reach far enough, null if nothing does.
    void refuse_until(const Limit::Step* step);
    void apply_cap(const Limit& limit);
    void apply_floor(const Limit& limit);
    void add_duty(std::string_view duty);

    // What comes of it all (verdict.cpp).
    /// Where no pack speaks for a site nothing is silently green.
    void no_pack();
    void no_pack_says(std::string_view what, std::string_view question, std::string_view duty);
    Decision verdict();
    bool refused_by_limit() const;
    bool asks_for_nothing() const;
    void explain(Decision& decision);

    const PackSet::Inside& packs_;
    Asking asking_;
    bool biometric_ = false;
    bool retaining_ = false;
    const Rule* rule_ = nullptr;
    Spoke spoke_ = Spoke::Duty;
    bool refuses_ = false;
    bool final_ = false;
    bool pending_ = false;
    bool no_pack_spoke_ = false;
    bool no_pack_refuses_ = false;
    std::array<std::int64_t, kLimits> caps_{};
    std::array<std::int64_t, kLimits> floors_{};
    std::bitset<kMostRules> overridden_;
    std::vector<Said> said_;
    std::vector<Lacking> missing_;
    std::vector<std::string_view> duties_;
};

}  // namespace proviso::policy
