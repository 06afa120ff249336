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
/// Numbers that stand in params.csv are changed there: mutants_of_parameter().
std::vector<Mutant> mutants_of(const Json& rule);

/// A row of params.csv with its value one more and one less: a day, a month, a person. None for
/// what no rule can name.
std::vector<Mutant> mutants_of_parameter(const Json& row);

}  // namespace proviso::mutation
