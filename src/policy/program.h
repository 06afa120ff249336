#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "facts_inside.h"

/// What the rules compile to: small nodes in one array, words as bits. Nothing here allocates
/// while a rule is evaluated.
namespace proviso::policy {

/// A named set of countries, with dates where membership has them.
struct Group {
    struct Dated {
        Code code;
        Day from = Day::min();
        Day to = Day::max();
    };

    std::string name;
    std::bitset<26U * 26U> countries;  ///< always in
    std::vector<Dated> dated;

    bool contains(const Code& code, Day on) const;
};

/// A code, or a group of them.
struct Target {
    static constexpr std::uint16_t kNone = 0xffff;
    std::uint16_t group = kNone;
    Code code;
};

/// What a record must be to count.
struct Requirement {
    std::uint64_t kinds = 0;             ///< any of these
    std::int64_t least_covers = 0;       ///< millionths
    bool each_entrance = false;          ///< one for every entrance of the space
    std::int64_t most_age_days = -1;     ///< of the record's evidence; -1: any
    std::int64_t least_age_days = 0;     ///< of the record; 0: any
    int when = -1;                       ///< expression, or always
    std::vector<std::string> questions;  ///< counsel must have been asked one: the rule's names
    std::string what;                    ///< the first record kind, for `missing`
    std::string next_step;               ///< for a person
    std::string duty;                    ///< what stays to be kept up while it is met
};

enum class Op : std::uint8_t {
    All,
    Any,
    Not,
    Stated,     ///< the condition is known to hold: what nobody stated counts as false
    Word,       ///< the word is one of mask
    SetAny,     ///< the set meets mask
    SetAll,     ///< the set holds all of mask
    SetCovers,  ///< the set holds all of another set
    Flag,
    Number,   ///< compared with a constant
    Numbers,  ///< compared with another number
    Codes,    ///< a jurisdiction or country lies in one of the targets
    Days,     ///< the day asked about lies between two
    Known,    ///< somebody stated it
    Record,   ///< a valid record is there
    AnyPlace,
    PlaceWord,
    PlaceCountry,
};

enum class Compare : std::uint8_t { Equal, Less, LessEqual, Greater, GreaterEqual };

struct Node {
    Op op = Op::All;
    Compare compare = Compare::Equal;
    std::uint8_t field = 0;  ///< index into fields(), for blame
    std::uint8_t slot = 0;
    std::uint8_t other_slot = 0;
    std::uint16_t first = 0;  ///< children, targets or requirement
    std::uint16_t count = 0;
    std::uint64_t mask = 0;
    std::int64_t number = 0;
    std::int64_t other_number = 0;
};

struct Program {
    std::vector<Node> nodes;
    std::vector<Target> targets;
    std::vector<Requirement> requirements;  ///< of `exists: {record: ...}`
    std::vector<Group> groups;
};

/// One question being answered.
struct Asking {
    const Program& program;
    const Facts::Inside& in;
    Day on;
};

Tri evaluate_node(const Asking& asking, std::uint16_t node, const Place* place = nullptr);

/// A valid record that meets the requirement is there.
bool is_met(const Asking& asking, const Requirement& requirement);

bool lies_in(const Asking& asking, const Code& code, const Target& target);

/// The fields whose absence leaves the node unknown, as bits over fields().
std::uint64_t blame(const Asking& asking, std::uint16_t node, const Place* place = nullptr);

}  // namespace proviso::policy
