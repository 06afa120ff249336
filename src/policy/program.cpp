#include "program.h"

#include <algorithm>
#include <limits>

#include "fields.h"

namespace proviso::policy {

namespace {

constexpr auto kAttestation = static_cast<std::uint8_t>(
    std::find(
        registers::kRecordKinds.begin(), registers::kRecordKinds.end(), "counsel_attestation"
    ) -
    registers::kRecordKinds.begin()
);
constexpr auto kOfNobodyInParticular = bit_of(registers::kRecordKinds, "counsel_attestation") |
                                       bit_of(registers::kRecordKinds, "judicial_authorisation") |
                                       bit_of(registers::kRecordKinds, "lia");

Tri word_in(std::uint8_t word, std::uint64_t mask) {
    if (word == kUnknownWord) return Tri::Unknown;
    return tri((mask >> word & 1U) != 0);
}

Tri compare(Compare how, std::int64_t left, std::int64_t right) {
    if (left == kUnknownNumber || right == kUnknownNumber) return Tri::Unknown;
    switch (how) {
        case Compare::Equal: return tri(left == right);
        case Compare::Less: return tri(left < right);
        case Compare::LessEqual: return tri(left <= right);
        case Compare::Greater: return tri(left > right);
        case Compare::GreaterEqual: return tri(left >= right);
    }
    return Tri::Unknown;
}

bool lies_in_any(const Asking& asking, const Code& code, const Node& node) {
    for (std::size_t i = 0; i < node.count; ++i) {
        if (lies_in(asking, code, asking.program.targets[node.first + i])) return true;
    }
    return false;
}

Tri codes_in(const Asking& asking, const Node& node) {
    if (node.slot == slot::kControllerCountry) {
        const auto& country = asking.in.controller_country;
        return country.empty() ? Tri::Unknown : tri(lies_in_any(asking, country, node));
    }
    if (!asking.in.jurisdictions) return Tri::Unknown;
    return tri(std::any_of(
        asking.in.jurisdictions->begin(),
        asking.in.jurisdictions->end(),
        [&](const Code& code) { return lies_in_any(asking, code, node); }
    ));
}

Tri covers(const Facts::Inside& in, const Node& node) {
    if (in.set_known[node.other_slot] && in.sets[node.other_slot] == 0) return Tri::True;
    if (!in.set_known[node.slot] || !in.set_known[node.other_slot]) return Tri::Unknown;
    return tri((in.sets[node.other_slot] & ~in.sets[node.slot]) == 0);
}

Tri place_word(const Place& place, const Node& node) {
    switch (node.slot) {
        case slot::kRole: return word_in(place.role, node.mask);
        case slot::kEntity: return word_in(place.entity, node.mask);
        default: return word_in(place.tool, node.mask);
    }
}

bool known(const Asking& asking, const Node& node, const Place* place) {
    const auto& field = fields()[node.field];
    if (!field.of_place || place == nullptr) return asking.in.knows(field);
    switch (field.slot) {
        case slot::kRole: return place->role != kUnknownWord;
        case slot::kEntity: return place->entity != kUnknownWord;
        case slot::kTool: return place->tool != kUnknownWord;
        default: return !place->country.empty();
    }
}

Tri any_place(const Asking& asking, const Node& node) {
    if (!asking.in.places) return Tri::Unknown;
    auto verdict = Tri::False;
    for (const auto& each : *asking.in.places) {
        auto here = evaluate_node(asking, node.first, &each);
        if (here == Tri::True) return here;
        if (here == Tri::Unknown) verdict = here;
    }
    return verdict;
}

/// `id` stands in `text` as a word of its own.
bool names(std::string_view text, std::string_view id) {
    auto part_of_id = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '-' || c == '/';
    };
    for (auto at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
        auto end = at + id.size();
        if ((at == 0 || !part_of_id(text[at - 1])) &&
            (end == text.size() || !part_of_id(text[end]))) {
            return true;
        }
    }
    return false;
}

/// A case that does not say what counsel was asked means the question at hand; the gate always
/// says.
bool answers(const RecordFact& attestation, const Requirement& requirement) {
    if (!attestation.question) return true;
    return std::any_of(
        requirement.questions.begin(),
        requirement.questions.end(),
        [&](const auto& question) { return names(*attestation.question, question); }
    );
}

/// The share of the people concerned that a record speaks for, at least. Counsel, judges and
/// assessments speak of all. A consent to being compared at a door is that of whoever steps up to
/// it.
std::int64_t covered_by(const Facts::Inside& in, const RecordFact& record) {
    if ((kOfNobodyInParticular >> record.kind & 1U) != 0) return kWhole;
    if (record.covers == kUnknownNumber && in.presents_itself()) return kWhole;
    return record.covers;
}

/// Days since the record began; of one that does not say, enough.
std::int64_t age_of(const RecordFact& record, Day on) {
    if (record.age_days != kUnknownNumber) return record.age_days;
    if (!record.from) return std::numeric_limits<std::int64_t>::max();
    return (on - *record.from).count();
}

}  // namespace

bool Group::contains(const Code& code, Day on) const {
    if (code.empty()) return false;
    if (countries.test(code.country())) return true;
    return std::any_of(dated.begin(), dated.end(), [&](const Dated& entry) {
        return code.is_under(entry.code) && entry.from <= on && on <= entry.to;
    });
}

bool lies_in(const Asking& asking, const Code& code, const Target& target) {
    if (target.group == Target::kNone) return code.is_under(target.code);
    return asking.program.groups[target.group].contains(code, asking.on);
}

bool is_met(const Asking& asking, const Requirement& requirement) {
    if ((asking.in.record_kinds & requirement.kinds) == 0) return false;
    return std::any_of(
        asking.in.records->begin(),
        asking.in.records->end(),
        [&](const RecordFact& record) {
            if ((requirement.kinds >> record.kind & 1U) == 0 || !record.valid(asking.on)) {
                return false;
            }
            if (requirement.least_covers > 0 &&
                covered_by(asking.in, record) < requirement.least_covers) {
                return false;
            }
            if (requirement.each_entrance && record.entrances != kUnknownNumber &&
                record.entrances < asking.in.numbers[slot::kEntrances]) {
                return false;
            }
            if (requirement.most_age_days >= 0 && record.age_days > requirement.most_age_days) {
                return false;
            }
            if (requirement.least_age_days > 0 &&
                age_of(record, asking.on) < requirement.least_age_days) {
                return false;
            }
            return record.kind != kAttestation || answers(record, requirement);
        }
    );
}

Tri evaluate_node(const Asking& asking, std::uint16_t index, const Place* place) {
    const auto& node = asking.program.nodes[index];
    const auto& in = asking.in;
    switch (node.op) {
        case Op::All: {
            auto verdict = Tri::True;
            for (std::uint16_t i = 0; i < node.count; ++i) {
                auto part =
                    evaluate_node(asking, static_cast<std::uint16_t>(node.first + i), place);
                if (part == Tri::False) return part;
                if (part == Tri::Unknown) verdict = part;
            }
            return verdict;
        }
        case Op::Any: {
            auto verdict = Tri::False;
            for (std::uint16_t i = 0; i < node.count; ++i) {
                auto part =
                    evaluate_node(asking, static_cast<std::uint16_t>(node.first + i), place);
                if (part == Tri::True) return part;
                if (part == Tri::Unknown) verdict = part;
            }
            return verdict;
        }
        case Op::Not: return !evaluate_node(asking, node.first, place);
        case Op::Stated: return tri(evaluate_node(asking, node.first, place) == Tri::True);
        case Op::Word: return word_in(in.words[node.slot], node.mask);
        case Op::SetAny:
            return in.set_known[node.slot] ? tri((in.sets[node.slot] & node.mask) != 0)
                                           : Tri::Unknown;
        case Op::SetAll:
            return in.set_known[node.slot] ? tri((node.mask & ~in.sets[node.slot]) == 0)
                                           : Tri::Unknown;
        case Op::SetCovers: return covers(in, node);
        case Op::Flag: {
            auto flag = in.flags[node.slot];
            return node.number != 0 ? flag : !flag;
        }
        case Op::Number: return compare(node.compare, in.numbers[node.slot], node.number);
        case Op::Numbers:
            return compare(node.compare, in.numbers[node.slot], in.numbers[node.other_slot]);
        case Op::Codes: return codes_in(asking, node);
        case Op::Days: {
            auto day = asking.on.time_since_epoch().count();
            return tri(node.number <= day && day <= node.other_number);
        }
        case Op::Known: return tri(known(asking, node, place));
        case Op::Record: return tri(is_met(asking, asking.program.requirements[node.first]));
        case Op::AnyPlace: return any_place(asking, node);
        case Op::PlaceWord: return place_word(*place, node);
        case Op::PlaceCountry:
            return place->country.empty() ? Tri::Unknown
                                          : tri(lies_in_any(asking, place->country, node));
    }
    return Tri::Unknown;
}

std::uint64_t blame(const Asking& asking, std::uint16_t index, const Place* place) {
    if (evaluate_node(asking, index, place) != Tri::Unknown) return 0;
    const auto& node = asking.program.nodes[index];
    std::uint64_t fields_lacking = 0;
    switch (node.op) {
        case Op::All:
        case Op::Any:
            for (std::uint16_t i = 0; i < node.count; ++i) {
                fields_lacking |= blame(asking, static_cast<std::uint16_t>(node.first + i), place);
            }
            return fields_lacking;
        case Op::Not:
        case Op::Stated: return blame(asking, node.first, place);
        case Op::AnyPlace:
            if (!asking.in.places) return std::uint64_t{1} << node.field;
            for (const auto& each : *asking.in.places) {
                fields_lacking |= blame(asking, node.first, &each);
            }
            return fields_lacking;
        case Op::SetCovers:
        case Op::Numbers: {
            // Both sides may be lacking; the other side's field is found by its slot.
            auto type = fields()[node.field].type;
            for (std::size_t i = 0; i < fields().size(); ++i) {
                const auto& field = fields()[i];
                if (field.of_place || field.type != type || asking.in.knows(field)) continue;
                if (field.slot == node.slot || field.slot == node.other_slot) {
                    fields_lacking |= std::uint64_t{1} << i;
                }
            }
            return fields_lacking;
        }
        default: return std::uint64_t{1} << node.field;
    }
}

}  // namespace proviso::policy
