#include "compiler.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace proviso::policy {

namespace {

constexpr std::size_t kMostNodes = 60'000;

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
        if (!value.is_string())
            return problem_at(where, fmt::format("'{}' takes words", field.path));
        auto index = word_index(field.words, value.get_ref<const std::string&>(), field.path);
        mask |= std::uint64_t{1} << PROVISO_TRY(std::move(index).while_doing(where));
        return {};
    };
    if (!values.is_array()) {
        PROVISO_TRY(add(values));
        return mask;
    }
    if (values.empty()) return problem_at(where, "the list of values is empty");
    for (const auto& value : values) PROVISO_TRY(add(value));
    return mask;
}

}  // namespace

Result<const Field*> Compiler::field_of(const Json& path, const std::string& where) const {
    if (!path.is_string()) return problem_at(where, "the first operand must be the path of a fact");
    const auto& text = path.get_ref<const std::string&>();
    const auto* field = find_field(text);
    if (field == nullptr) return unknown_field(text).while_doing(where);
    if (field->of_place && !in_place_) {
        return problem_at(where, fmt::format("'{}' is only known under any_place", text));
    }
    return field;
}

Result<std::uint16_t> Compiler::reserve(std::size_t count, const std::string& where) {
    auto first = program_.nodes.size();
    if (first + count > kMostNodes) return problem_at(where, "the packs have too many conditions");
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
        return problem_at(
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
        if (in_place_) return problem_at(where, "any_place cannot stand inside any_place");
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
        return problem_at(
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
    if (!parts.is_array() || parts.empty()) return problem_at(where, "takes a list of conditions");
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
        return problem_at(where, "takes a fact and a value", "write [fact, value]");
    }
    if (name == "within" && operands[0] == "on") {
        if (!operands[1].is_object()) return problem_at(where, "takes {from: day, to: day}");
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
        if (!value.is_boolean()) return problem_at(where, "is compared with true or false");
        auto node = node_of(field, Op::Flag);
        node.number = value.get<bool>() ? 1 : 0;
        return node;
    }
    if (field.type == FieldType::Number) return number_test("eq", field, value, where);
    if (field.type == FieldType::Words) {
        return problem_at(where, "a list is asked with any_of or all_of, not with eq");
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
        return problem_at(where, fmt::format("'{}' is not a word; use eq or any_of", field.path));
    }
    auto node = node_of(field, field.of_place ? Op::PlaceWord : Op::Word);
    node.mask = PROVISO_TRY(mask_of(field, values, where));
    return node;
}

Result<Node> Compiler::set_test(
    const std::string& name, const Field& field, const Json& values, const std::string& where
) {
    if (field.type != FieldType::Words) {
        return problem_at(
            where, fmt::format("'{}' is not a list of words; use eq or in", field.path)
        );
    }
    if (name == "all_of" && values.is_string()) {
        const auto& other = *PROVISO_TRY(field_of(values, where));
        if (other.type != FieldType::Words || other.words.data() != field.words.data()) {
            if (other.words.size() != field.words.size() ||
                !std::equal(other.words.begin(), other.words.end(), field.words.begin())) {
                return problem_at(where, "only lists of the same words can be compared");
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
        return problem_at(where, fmt::format("'{}' is not a number", field.path));
    }
    auto node = node_of(field, Op::Number);
    if (value.is_string()) {
        const auto& other = *PROVISO_TRY(field_of(value, where));
        if (other.type != FieldType::Number) {
            return problem_at(where, fmt::format("'{}' is not a number", other.path));
        }
        node.op = Op::Numbers;
        node.other_slot = other.slot;
    } else if (value.is_number_integer()) {
        node.number = value.get<std::int64_t>();
    } else {
        return problem_at(where, "is compared with a whole number or a numeric fact");
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
        if (required.when >= 0) return problem_at(where, "takes no 'when'");
        program_.requirements.push_back(std::move(required));
        return node;
    }
    return node_of(*PROVISO_TRY(field_of(what, where)), Op::Known);
}

}  // namespace proviso::policy
