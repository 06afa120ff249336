#include "references.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler.h"

namespace proviso::policy {

namespace {

enum class Wanted { DaysAtMost, DaysAtLeast, Count, Date };

std::string_view words_of(Wanted wanted) {
    switch (wanted) {
        case Wanted::DaysAtMost:
        case Wanted::DaysAtLeast: return "a span of time";
        case Wanted::Count: return "a count";
        case Wanted::Date: return "a date";
    }
    return "";
}

class Resolver {
public:
    explicit Resolver(const std::vector<Parameter>& parameters) : parameters_(parameters) {}

    /// Everything that is a condition or holds records, however deep.
    Result<> walk(Json& json, const std::string& where) const {
        if (json.is_array()) {
            for (auto& each : json) PROVISO_TRY(walk(each, where));
            return {};
        }
        if (!json.is_object()) return {};
        for (auto& [key, value] : json.items()) {
            auto inside = where + "." + key;
            if (key == "cap" || key == "floor") {
                PROVISO_TRY(limits(value, key == "cap", inside));
            } else if (key == "max_age_days") {
                PROVISO_TRY(put(value, Wanted::DaysAtMost, inside));
            } else if (key == "min_age_days") {
                PROVISO_TRY(put(value, Wanted::DaysAtLeast, inside));
            } else if (is_comparison(key, value)) {
                auto& fact = value[0].get_ref<const std::string&>();
                bool days = fact.starts_with("retention.");
                PROVISO_TRY(put(value[1], days ? Wanted::DaysAtMost : Wanted::Count, inside));
            } else if (key == "within" && value.is_array() && value.size() == 2 && value[1].is_object()) {
                for (auto& [edge, day] : value[1].items()) {
                    PROVISO_TRY(put(day, Wanted::Date, inside + "." + edge));
                }
            } else {
                PROVISO_TRY(walk(value, inside));
            }
        }
        return {};
    }

private:
    static bool is_comparison(std::string_view key, const Json& value) {
        constexpr auto kNames = std::to_array<std::string_view>({"eq", "lt", "lte", "gt", "gte"});
        return std::find(kNames.begin(), kNames.end(), key) != kNames.end() && value.is_array() &&
               value.size() == 2 && value[0].is_string();
    }

    Result<> limits(Json& json, bool cap, const std::string& where) const {
        if (json.is_array()) {
            for (auto& each : json) PROVISO_TRY(limits(each, cap, where));
            return {};
        }
        if (!json.is_object()) return {};
        auto wanted = cap ? Wanted::DaysAtMost : Wanted::DaysAtLeast;
        for (auto& [key, value] : json.items()) {
            if (key == "value" || key == "to") PROVISO_TRY(put(value, wanted, where + "." + key));
            if (key == "relax") PROVISO_TRY(limits(value, cap, where + ".relax"));
            if (key == "needs") PROVISO_TRY(walk(value, where + ".needs"));
        }
        return {};
    }

    /// Replaces a reference; anything else stays as it is.
    Result<> put(Json& value, Wanted wanted, const std::string& where) const {
        if (!value.is_object()) return {};
        auto found = value.find("param");
        if (value.size() != 1 || found == value.end() || !found->is_string()) {
            return problem_at(where, "takes a number or a parameter", "write {param: name}");
        }
        auto name = found->get<std::string>();
        const auto& parameter = *PROVISO_TRY(find(name, where));
        auto number = [&]() -> std::optional<std::int64_t> {
            if (wanted == Wanted::DaysAtMost) return parameter.days(Reading::AtMost);
            if (wanted == Wanted::DaysAtLeast) return parameter.days(Reading::AtLeast);
            return wanted == Wanted::Count ? parameter.count() : std::nullopt;
        }();
        if (number) {
            value = *number;
        } else if (wanted == Wanted::Date && parameter.date()) {
            value = parameter.value;
        } else {
            return problem_at(
                where,
                fmt::format("parameter {} is in {}", name, parameter.unit),
                fmt::format("name one that is {}", words_of(wanted))
            );
        }
        return {};
    }

    Result<const Parameter*> find(const std::string& name, const std::string& where) const {
        std::vector<std::string> names;
        for (const auto& each : parameters_) {
            if (each.name == name) return &each;
            names.push_back(each.name);
        }
        auto close = nearest(name, names);
        return problem_at(
            where,
            fmt::format("unknown parameter '{}'", name),
            close.empty() ? "give it a row in params.csv of the same pack"
                          : fmt::format("did you mean '{}'?", close)
        );
    }

    const std::vector<Parameter>& parameters_;
};

}  // namespace

Result<Json> with_parameters(const Json& rule, const std::vector<Parameter>& parameters) {
    auto id = rule.is_object() && rule.contains("id") && rule["id"].is_string()
                  ? rule["id"].get<std::string>()
                  : std::string("without an id");
    auto resolved = rule;
    const Resolver resolver(parameters);
    for (const auto* part : {"scope", "effect"}) {
        if (!resolved.is_object() || !resolved.contains(part)) continue;
        PROVISO_TRY(resolver.walk(resolved[part], fmt::format("rule {}: {}", id, part)));
    }
    return resolved;
}

}  // namespace proviso::policy
