#pragma once

#include <array>
#include <bitset>
#include <map>
#include <string>
#include <vector>

#include <proviso/policy/pack_set.h>

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

struct PackSet::Inside {
    std::string digest;
    std::vector<PackInfo> infos;
    std::vector<Pack> packs;
    Program program;
    std::vector<Rule> rules;  ///< whoever overrides stands before whom it overrides
    /// Rules by act; the last row has all, for facts that do not say what is to be done.
    std::array<std::vector<std::uint16_t>, registers::kActs.size() + 1> by_act;
    std::map<std::string, std::string, std::less<>> duty_texts;
};

}  // namespace proviso::policy
