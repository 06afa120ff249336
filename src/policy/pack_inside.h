#pragma once

#include <array>
#include <bitset>
#include <map>
#include <string>
#include <vector>

#include <proviso/policy/pack_set.h>
#include <proviso/policy/parameters.h>

#include "rule.h"

namespace proviso::policy {

inline constexpr std::size_t kMostRules = 2048;
inline constexpr std::size_t kMostPacks = 64;

/// One pack as the evaluator sees it.
struct Pack {
    std::vector<Target> jurisdictions;
    bool everywhere = false;    ///< the universal pack
    std::uint8_t connects = 0;  ///< factors any of its rules uses
};

/// What of a rule decides whether it is looked at at all: small, and side by side, since most
/// rules of the world do not concern a question.
struct Candidate {
    std::uint64_t kinds = 0;
    std::int32_t first = 0;  ///< days since 1970
    std::int32_t last = 0;
    std::uint16_t rule = 0;
    std::uint8_t pack = 0;
    std::uint8_t connects = 0;
};

struct PackSet::Inside {
    std::string digest;
    std::vector<PackInfo> infos;
    std::vector<Pack> packs;
    std::vector<std::vector<Parameter>> parameters;  ///< by pack
    Program program;
    std::vector<Rule> rules;  ///< whoever overrides stands before whom it overrides
    /// Rules by act; the last row has all, for facts that do not say what is to be done.
    std::array<std::vector<Candidate>, registers::kActs.size() + 1> by_act;
    /// By country: the packs, as bits, that can have to do with it or with a part of it.
    std::array<std::uint64_t, 26U * 26U> packs_of_country{};
    std::uint64_t packs_everywhere = 0;
    std::map<std::string, std::string, std::less<>> duty_texts;
};

}  // namespace proviso::policy
