#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "weighing.h"

namespace proviso::policy {

namespace {

constexpr std::uint64_t bits_of(Vocabulary words, std::initializer_list<std::string_view> some) {
    std::uint64_t bits = 0;
    for (auto word : some) bits |= bit_of(words, word);
    return bits;
}

constexpr auto kBiometricKinds = bits_of(
    registers::kAnalytics,
    {"reidentification",
     "face_verification",
     "face_identification",
     "biometric_categorisation",
     "emotion",
     "audio_recording",
     "audio_event"}
);
constexpr auto kBiometricActs = bits_of(registers::kActs, {"identify", "enrol"});
constexpr auto kAnalysingActs = bits_of(registers::kActs, {"analyse", "act_on"});
constexpr auto kBiometricProducts = bits_of(
    registers::kProduces,
    {"face_template",
     "body_template",
     "attribute_age",
     "attribute_gender",
     "attribute_ethnicity",
     "emotion",
     "voiceprint",
     "speech"}
);
constexpr auto kRetain = bit_of(registers::kActs, "retain");

bool has(std::uint64_t bits, std::uint8_t word) {
    return word != kUnknownWord && (bits >> word & 1U) != 0;
}

/// Which of a pack's ties to the question hold.
std::uint8_t ties(const Asking& asking, const Pack& pack) {
    if (pack.everywhere) return 0xff;
    auto in_pack = [&](const Code& code) {
        return std::any_of(
            pack.jurisdictions.begin(),
            pack.jurisdictions.end(),
            [&](const Target& target) { return lies_in(asking, code, target); }
        );
    };
    std::uint8_t mask = 0;
    if (asking.in.jurisdictions &&
        std::any_of(asking.in.jurisdictions->begin(), asking.in.jurisdictions->end(), in_pack)) {
        mask |= kSite;
    }
    if ((pack.connects & kController) != 0 && in_pack(asking.in.controller_country)) {
        mask |= kController;
    }
    constexpr std::uint8_t kOfPlaces = kStore | kViewer | kRecipient | kSupport;
    if ((pack.connects & kOfPlaces) == 0 || !asking.in.places) return mask;
    for (const auto& place : *asking.in.places) {
        constexpr std::array<std::uint8_t, 4> kByRole{kStore, kViewer, kRecipient, kSupport};
        if (place.role < kByRole.size() && !place.country.empty() && in_pack(place.country)) {
            mask |= kByRole.at(place.role);
        }
    }
    return mask;
}

/// The packs, as bits, that can have a tie to any place of the question.
std::uint64_t packs_near(const Asking& asking, const PackSet::Inside& packs) {
    std::uint64_t near = packs.packs_everywhere;
    auto add = [&](const Code& code) {
        if (!code.empty()) near |= packs.packs_of_country[code.country()];
    };
    if (asking.in.jurisdictions) {
        for (const auto& code : *asking.in.jurisdictions) add(code);
    }
    add(asking.in.controller_country);
    if (asking.in.places) {
        for (const auto& place : *asking.in.places) add(place.country);
    }
    return near;
}

}  // namespace

const std::vector<std::string>& answer_duties() {
    static const auto kDuties = [] {
        std::vector<std::string> duties;
        for (const auto& field : fields()) duties.push_back(fmt::format("answer:{}", field.path));
        return duties;
    }();
    return kDuties;
}

Weighing::Weighing(const PackSet& packs, const Facts& facts, Day on)
    : packs_(packs.inside()), asking_{packs_.program, facts.inside(), on} {
    biometric_ = asking_.in.is_biometric();
    retaining_ = has(kRetain, asking_.in.words[slot::kAct]);
    caps_.fill(kNone);
    floors_.fill(kNone);
    said_.reserve(24);
    duties_.reserve(24);
}

Decision Weighing::decide() {
    std::array<std::uint8_t, kMostPacks> tied{};
    for (auto packs = packs_near(asking_, packs_); packs != 0; packs &= packs - 1) {
        auto pack = static_cast<std::size_t>(std::countr_zero(packs));
        tied[pack] = ties(asking_, packs_.packs[pack]);
    }
    auto act = asking_.in.words[slot::kAct];
    auto kind = asking_.in.words[slot::kAnalyticKind];
    const auto kinds = kind == kUnknownWord ? ~std::uint64_t{0} : std::uint64_t{1} << kind;
    const bool of_equipment = asking_.in.is_equipment_health();
    const auto on = static_cast<std::int32_t>(asking_.on.time_since_epoch().count());
    for (const auto& each : packs_.by_act[act == kUnknownWord ? registers::kActs.size() : act]) {
        if ((tied[each.pack] & each.connects) == 0 || (each.kinds & kinds) == 0) continue;
        if (on < each.first || each.last < on || overridden_.test(each.rule)) continue;
        const auto& rule = packs_.rules[each.rule];
        if (of_equipment && each.kinds == ~std::uint64_t{0} && !rule.effect.deny) continue;
        auto scope = ask(rule.scope);
        if (scope == Tri::False) continue;
        rule_ = &rule;
        if (scope == Tri::Unknown) {
            unknown(rule.scope);
        } else {
            speak();
        }
    }
    no_pack();
    return verdict();
}

bool Facts::Inside::is_biometric() const {
    auto act = words[slot::kAct];
    auto kind = words[slot::kAnalyticKind];
    if (has(kBiometricActs, act) || has(kBiometricKinds, kind)) return true;
    if (flags[slot::kAudio] == Tri::True) return true;
    if ((sets[slot::kProduces] & kBiometricProducts) != 0) return true;
    return has(kAnalysingActs, act) && kind == kUnknownWord;
}

bool Facts::Inside::is_equipment_health() const {
    constexpr auto kTamper = bit_of(registers::kAnalytics, "tamper");
    return has(kTamper, words[slot::kAnalyticKind]) && has(kAnalysingActs, words[slot::kAct]) &&
           sets[slot::kProduces] == 0 && flags[slot::kAudio] != Tri::True;
}

bool Facts::Inside::presents_itself() const {
    constexpr auto kVerifying = bit_of(registers::kAnalytics, "face_verification");
    return has(kVerifying, words[slot::kAnalyticKind]) || flags[slot::kCooperative] == Tri::True;
}

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::Permit: return "permit";
        case Verdict::PermitWithDuties: return "permit_with_duties";
        case Verdict::Refuse: return "refuse";
        case Verdict::Conflict: return "conflict";
    }
    return "refuse";
}

Decision evaluate(const PackSet& packs, const Facts& facts, Day on) {
    return Weighing(packs, facts, on).decide();
}

}  // namespace proviso::policy
