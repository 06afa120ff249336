#include "compiler.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace proviso::policy {

namespace {

constexpr std::size_t kMostNodes = 60'000;
constexpr std::size_t kMostGroups = 1000;

const std::vector<std::string>& operators() {
    static const std::vector<std::string> kNames{
        "all",
        "any",
        "not",
        "stated",
        "eq",
        "in",
        "any_of",
        "all_of",
        "lt",
        "lte",
        "gt",
        "gte",
        "within",
        "exists",
        "any_place"};
    return kNames;
}

Error at(std::string_view where, std::string_view what, std::string next_step = {}) {
    return invalid_input(fmt::format("{}: {}", where, what), std::move(next_step));
}

std::uint8_t field_index(const Field& field) {
    return static_cast<std::uint8_t>(&field - fields().data());
}

Node node_of(const Field& field, Op op) {
    Node node;
    node.op = op;
    node.field = field_index(field);
    node.slot = field.slot;
    return node;
}

Result<std::uint64_t> mask_of(const Field& field, const Json& values, std::string_view where) {
    std::uint64_t mask = 0;
    auto add = [&](const Json& value) -> Result<> {
        if (!value.is_string()) return at(where, fmt::format("'{}' takes words", field.path));
        auto index = word_index(field.words, value.get_ref<const std::string&>(), field.path);
        mask |= std::uint64_t{1} << PROVISO_TRY(std::move(index).while_doing(where));
        return {};
    };
    if (!values.is_array()) {
        PROVISO_TRY(add(values));
        return mask;
    }
    if (values.empty()) return at(where, "the list of values is empty");
    for (const auto& value : values) PROVISO_TRY(add(value));
    return mask;
}

Result<Day> day_or(const Json& mapping, const char* key, Day fallback, std::string_view where) {
    auto found = mapping.find(key);
    if (found == mapping.end() || found->is_null()) return fallback;
    if (!found->is_string()) return at(where, "a day is written 2026-11-22");
    return parse_day(found->get_ref<const std::string&>()).while_doing(where);
}

}  // namespace

Result<const Field*> Compiler::field_of(const Json& path, const std::string& where) const {
    if (!path.is_string()) return at(where, "the first operand must be the path of a fact");
    const auto& text = path.get_ref<const std::string&>();
    const auto* field = find_field(text);
    if (field == nullptr) return unknown_field(text).while_doing(where);
    if (field->of_place && !in_place_) {
        return at(where, fmt::format("'{}' is only known under any_place", text));
    }
    return field;
}

Result<std::uint16_t> Compiler::reserve(std::size_t count, const std::string& where) {
    auto first = program_.nodes.size();
    if (first + count > kMostNodes) return at(where, "the packs have too many conditions");
    program_.nodes.resize(first + count);
    return static_cast<std::uint16_t>(first);
}

Result<std::uint16_t> Compiler::condition(const Json& json, const std::string& where) {
    auto node = PROVISO_TRY(reserve(1, where));
    PROVISO_TRY(fill(node, json, where));
    return node;
}

Result<> Compiler::fill(std::uint16_t index, const Json& json, const std::string& where) {
    if (!json.is_object() || json.size() != 1) {
        return at(
            where,
            "a condition is a mapping with one operator",
            "write for example {eq: [controller.kind, private]}"
        );
    }
    const auto& name = json.begin().key();
    const auto& operands = json.begin().value();
    auto inside = where + "." + name;
    Node node;
    if (name == "all" || name == "any") {
        node = PROVISO_TRY(combined(name == "all" ? Op::All : Op::Any, operands, inside));
    } else if (name == "not" || name == "stated") {
        node.op = name == "not" ? Op::Not : Op::Stated;
        node.first = PROVISO_TRY(condition(operands, inside));
    } else if (name == "any_place") {
        if (in_place_) return at(where, "any_place cannot stand inside any_place");
        node.op = Op::AnyPlace;
        node.field = field_index(*find_field("places"));
        in_place_ = true;
        auto child = condition(operands, inside);
        in_place_ = false;
        node.first = PROVISO_TRY(std::move(child));
    } else if (name == "exists") {
        node = PROVISO_TRY(existence(operands, inside));
    } else if (std::find(operators().begin(), operators().end(), name) != operators().end()) {
        node = PROVISO_TRY(comparison(name, operands, inside));
    } else {
        auto close = nearest(name, operators());
        return at(
            where,
            fmt::format("unknown operator '{}'", name),
            close.empty() ? fmt::format("use one of: {}", fmt::join(operators(), ", "))
                          : fmt::format("did you mean '{}'?", close)
        );
    }
    program_.nodes[index] = node;
    return {};
}

Result<Node> Compiler::combined(Op op, const Json& parts, const std::string& where) {
    if (!parts.is_array() || parts.empty()) return at(where, "takes a list of conditions");
    Node node;
    node.op = op;
    node.count = static_cast<std::uint16_t>(std::min<std::size_t>(parts.size(), 0xffff));
    node.first = PROVISO_TRY(reserve(parts.size(), where));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        PROVISO_TRY(fill(
            static_cast<std::uint16_t>(node.first + i), parts[i], fmt::format("{}[{}]", where, i)
        ));
    }
    return node;
}

Result<Node> Compiler::comparison(
    const std::string& name, const Json& operands, const std::string& where
) {
    if (!operands.is_array() || operands.size() != 2) {
        return at(where, "takes a fact and a value", "write [fact, value]");
    }
    if (name == "within" && operands[0] == "on") {
        if (!operands[1].is_object()) return at(where, "takes {from: day, to: day}");
        Node node;
        node.op = Op::Days;
        node.number =
            PROVISO_TRY(day_or(operands[1], "from", Day::min(), where)).time_since_epoch().count();
        node.other_number =
            PROVISO_TRY(day_or(operands[1], "to", Day::max(), where)).time_since_epoch().count();
        return node;
    }
    const auto& field = *PROVISO_TRY(field_of(operands[0], where));
    const auto& value = operands[1];
    if (name == "eq") return equality(field, value, where);
    if (name == "in" || name == "within") return membership(field, value, where);
    if (name == "any_of" || name == "all_of") return set_test(name, field, value, where);
    return number_test(name, field, value, where);
}

Result<Node> Compiler::equality(const Field& field, const Json& value, const std::string& where) {
    if (field.type == FieldType::Flag) {
        if (!value.is_boolean()) return at(where, "is compared with true or false");
        auto node = node_of(field, Op::Flag);
        node.number = value.get<bool>() ? 1 : 0;
        return node;
    }
    if (field.type == FieldType::Number) return number_test("eq", field, value, where);
    if (field.type == FieldType::Words) {
        return at(where, "a list is asked with any_of or all_of, not with eq");
    }
    return membership(field, value, where);
}

Result<Node> Compiler::membership(
    const Field& field, const Json& values, const std::string& where
) {
    if (field.type == FieldType::Codes) {
        auto node = node_of(field, field.of_place ? Op::PlaceCountry : Op::Codes);
        auto list = PROVISO_TRY(targets(values, where));
        node.first = static_cast<std::uint16_t>(program_.targets.size());
        node.count = static_cast<std::uint16_t>(list.size());
        program_.targets.insert(program_.targets.end(), list.begin(), list.end());
        return node;
    }
    if (field.type != FieldType::Word) {
        return at(where, fmt::format("'{}' is not a word; use eq or any_of", field.path));
    }
    auto node = node_of(field, field.of_place ? Op::PlaceWord : Op::Word);
    node.mask = PROVISO_TRY(mask_of(field, values, where));
    return node;
}

Result<Node> Compiler::set_test(
    const std::string& name, const Field& field, const Json& values, const std::string& where
) {
    if (field.type != FieldType::Words) {
        return at(where, fmt::format("'{}' is not a list of words; use eq or in", field.path));
    }
    if (name == "all_of" && values.is_string()) {
        const auto& other = *PROVISO_TRY(field_of(values, where));
        if (other.type != FieldType::Words || other.words.data() != field.words.data()) {
            if (other.words.size() != field.words.size() ||
                !std::equal(other.words.begin(), other.words.end(), field.words.begin())) {
                return at(where, "only lists of the same words can be compared");
            }
        }
        auto node = node_of(field, Op::SetCovers);
        node.other_slot = other.slot;
        return node;
    }
    auto node = node_of(field, name == "any_of" ? Op::SetAny : Op::SetAll);
    node.mask = PROVISO_TRY(mask_of(field, values, where));
    return node;
}

Result<Node> Compiler::number_test(
    const std::string& name, const Field& field, const Json& value, const std::string& where
) {
    if (field.type != FieldType::Number) {
        return at(where, fmt::format("'{}' is not a number", field.path));
    }
    auto node = node_of(field, Op::Number);
    if (value.is_string()) {
        const auto& other = *PROVISO_TRY(field_of(value, where));
        if (other.type != FieldType::Number) {
            return at(where, fmt::format("'{}' is not a number", other.path));
        }
        node.op = Op::Numbers;
        node.other_slot = other.slot;
    } else if (value.is_number_integer()) {
        node.number = value.get<std::int64_t>();
    } else {
        return at(where, "is compared with a whole number or a numeric fact");
    }
    if (name == "eq") node.compare = Compare::Equal;
    if (name == "lt") node.compare = Compare::Less;
    if (name == "lte") node.compare = Compare::LessEqual;
    if (name == "gt") node.compare = Compare::Greater;
    if (name == "gte") node.compare = Compare::GreaterEqual;
    return node;
}

Result<Node> Compiler::existence(const Json& what, const std::string& where) {
    if (what.is_object()) {
        Node node;
        node.op = Op::Record;
        node.first = static_cast<std::uint16_t>(program_.requirements.size());
        auto required = PROVISO_TRY(requirement(what, where));
        if (required.when >= 0) return at(where, "takes no 'when'");
        program_.requirements.push_back(std::move(required));
        return node;
    }
    return node_of(*PROVISO_TRY(field_of(what, where)), Op::Known);
}

Result<Requirement> Compiler::requirement(const Json& json, const std::string& where) {
    ObjectReader read(json, where);
    Requirement required;
    required.question = rule_;
    const auto& kinds = read.member("record");
    std::vector<std::string> names;
    if (kinds.is_string()) names.push_back(kinds.get<std::string>());
    if (kinds.is_array()) names = read.texts_or_empty("record");
    required.duty = read.text_or("duty", "");
    required.next_step = read.text_or("next_step", "");
    required.least_covers = read.one_of_or("covers", {"all", "any"}, "any") == "all" ? kWhole : 0;
    required.each_entrance = read.one_of_or("entrances", {"each", "any"}, "any") == "each";
    required.most_age_days = read.integer_or("max_age_days", 1, 100'000, -1);
    const auto& when = read.member("when");
    PROVISO_TRY(read.finish());
    if (names.empty()) return at(where, "names no record", "write record: notice");
    std::string nouns;
    for (const auto& name : names) {
        auto index = word_index(registers::kRecordKinds, name, where + ".record");
        auto kind = PROVISO_TRY(std::move(index));
        required.kinds |= std::uint64_t{1} << kind;
        nouns += fmt::format("{}{}", nouns.empty() ? "" : " or ", record_noun(kind));
    }
    required.what = names.front();
    if (required.duty.empty()) required.duty = names.front();
    if (required.next_step.empty()) {
        required.next_step = fmt::format("Put {} on record", nouns);
        if (required.each_entrance) required.next_step += ", one for every entrance";
        if (required.least_covers > 0) required.next_step += ", covering everyone concerned";
        if (required.most_age_days > 0) {
            required.next_step += fmt::format(", not older than {} days", required.most_age_days);
        }
        if (std::find(names.begin(), names.end(), "counsel_attestation") != names.end()) {
            required.next_step += fmt::format(" (question: {})", rule_);
        }
    }
    if (!when.is_null()) required.when = PROVISO_TRY(condition(when, where + ".when"));
    return required;
}

Result<std::vector<Target>> Compiler::targets(const Json& json, const std::string& where) {
    std::vector<Target> list;
    auto add = [&](const Json& value) -> Result<> {
        if (!value.is_string()) return at(where, "takes jurisdiction codes or group names");
        const auto& text = value.get_ref<const std::string&>();
        Target target;
        auto group = groups_.find(text);
        if (group != groups_.end()) {
            target.group = group->second;
        } else {
            target.code = PROVISO_TRY(parse_code(text, where));
        }
        list.push_back(target);
        return {};
    };
    if (!json.is_array()) {
        PROVISO_TRY(add(json));
        return list;
    }
    for (const auto& value : json) PROVISO_TRY(add(value));
    if (list.empty()) return at(where, "the list is empty");
    return list;
}

Result<> Compiler::add_group(const std::string& name, const Json& members) {
    auto where = "group " + name;
    if (!members.is_array() || members.empty()) return at(where, "takes a list of countries");
    if (groups_.contains(name)) return at(where, "is defined twice");
    if (program_.groups.size() >= kMostGroups) return at(where, "there are too many groups");
    Group group;
    group.name = name;
    for (const auto& member : members) {
        if (member.is_string()) {
            const auto& text = member.get_ref<const std::string&>();
            auto other = groups_.find(text);
            if (other != groups_.end()) {
                const auto& included = program_.groups[other->second];
                group.countries |= included.countries;
                group.dated.insert(group.dated.end(), included.dated.begin(), included.dated.end());
                continue;
            }
            auto code = PROVISO_TRY(parse_code(text, where));
            if (code.is_country()) {
                group.countries.set(code.country());
            } else {
                group.dated.push_back({code});
            }
            continue;
        }
        if (!member.is_object()) return at(where, "a member is a code or {code, from, to}");
        ObjectReader read(member, where);
        auto text = read.text("code");
        read.member("from");
        read.member("to");
        PROVISO_TRY(read.finish());
        Group::Dated dated;
        dated.code = PROVISO_TRY(parse_code(text, where));
        dated.from = PROVISO_TRY(day_or(member, "from", dated.from, where));
        dated.to = PROVISO_TRY(day_or(member, "to", dated.to, where));
        group.dated.push_back(dated);
    }
    auto index = static_cast<std::uint16_t>(program_.groups.size());
    program_.groups.push_back(std::move(group));
    groups_.emplace(name, index);
    return {};
}

}  // namespace proviso::policy
