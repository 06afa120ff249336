#pragma once

#include <string>
#include <vector>

#include <proviso/base/document.h>

namespace proviso::mutation {

/// A rule with one mistake in it.
struct Mutant {
    std::string kind;   ///< "negate", "drop", "date", "number", "effect"
    std::string words;  ///< where, for a person
    Json rule;
};

/// Every mistake of these kinds that can be made in the rule once:
/// negate: a condition says the opposite; drop: one of several conditions is forgotten;
/// date: a first or last day is a year off; number: a cap or floor is one off;
/// effect: one thing that follows is forgotten.
std::vector<Mutant> mutants_of(const Json& rule);

}  // namespace proviso::mutation
