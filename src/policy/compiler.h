#pragma once

#include <map>
#include <string>
#include <vector>

#include <proviso/base/document.h>

#include "program.h"

namespace proviso::policy {

/// "rule X: scope.eq: what": an InvalidInput error.
Error problem_at(std::string_view where, std::string_view what, std::string next_step = {});

/// The day under `key` of a mapping.
Result<Day> day_or(const Json& mapping, const char* key, Day fallback, std::string_view where);

/// Turns the conditions of rules (docs/reference/rules.md) into nodes. Problems are errors that
/// say where in the rule they stand.
class Compiler {
public:
    explicit Compiler(Program& program) : program_(program) {}

    /// `groups` of a pack.yaml: name -> list of codes, of other groups, or of mappings with dates.
    Result<> add_group(const std::string& name, const Json& members);

    /// The rule, by its id and aliases, whose attestations count in the conditions that follow.
    void set_rule(std::vector<std::string> names) { rule_ = std::move(names); }

    /// The condition's node.
    Result<std::uint16_t> condition(const Json& json, const std::string& where);

    Result<Requirement> requirement(const Json& json, const std::string& where);

    /// One code or group, or a list of them.
    Result<std::vector<Target>> targets(const Json& json, const std::string& where);

private:
    Result<> fill(std::uint16_t at, const Json& json, const std::string& where);
    Result<Node> combined(Op op, const Json& parts, const std::string& where);
    Result<Node> comparison(
        const std::string& name, const Json& operands, const std::string& where
    );
    Result<Node> equality(const Field& field, const Json& value, const std::string& where);
    Result<Node> membership(const Field& field, const Json& values, const std::string& where);
    Result<Node> set_test(
        const std::string& name, const Field& field, const Json& values, const std::string& where
    );
    Result<Node> number_test(
        const std::string& name, const Field& field, const Json& value, const std::string& where
    );
    Result<Node> existence(const Json& what, const std::string& where);
    Result<const Field*> field_of(const Json& path, const std::string& where) const;
    Result<std::uint16_t> reserve(std::size_t count, const std::string& where);

    Program& program_;
    std::vector<std::string> rule_;
    bool in_place_ = false;  ///< under any_place, where places.* may be named
    std::map<std::string, std::uint16_t, std::less<>> groups_;
};

}  // namespace proviso::policy
