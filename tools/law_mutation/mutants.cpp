#include "mutants.h"

#include <set>

#include <fmt/format.h>

#include <proviso/base/time.h>

namespace proviso::mutation {

namespace {

using Path = nlohmann::json_pointer<std::string>;

class Maker {
public:
    explicit Maker(const Json& rule) : rule_(rule) {}

    std::vector<Mutant> make() {
        for (const auto* name : {"scope"}) {
            if (rule_.contains(name)) condition(Path("/" + std::string(name)));
        }
        if (rule_.contains("applies")) dates(Path("/applies"));
        if (rule_.contains("effect")) effect(Path("/effect"));
        return std::move(made_);
    }

private:
    void add(std::string kind, const Path& at, std::string_view what, Json rule) {
        made_.push_back(
            {std::move(kind), fmt::format("{} {}", what, at.to_string()), std::move(rule)}
        );
    }

    void put(std::string kind, const Path& at, std::string_view what, Json value) {
        auto changed = rule_;
        changed[at] = std::move(value);
        add(std::move(kind), at, what, std::move(changed));
    }

    void remove(std::string kind, const Path& at, std::string_view what) {
        auto changed = rule_;
        auto& parent = changed[at.parent_pointer()];
        if (parent.is_array()) {
            parent.erase(std::stoul(at.back()));
        } else {
            parent.erase(at.back());
        }
        add(std::move(kind), at, what, std::move(changed));
    }

    void condition(const Path& at) {
        const auto& here = rule_[at];
        if (!here.is_object() || here.size() != 1) return;
        const auto& name = here.begin().key();
        const auto& inside = here.begin().value();
        if ((name == "all" || name == "any") && inside.is_array()) {
            for (std::size_t i = 0; i < inside.size(); ++i) {
                if (inside.size() > 1) remove("drop", at / name / i, "forget");
                condition(at / name / i);
            }
            return;
        }
        if (name == "not") {
            put("negate", at, "negate", inside);
            condition(at / name);
            return;
        }
        if (name == "stated" || name == "any_place") {
            condition(at / name);
            return;
        }
        put("negate", at, "negate", {{"not", here}});
    }

    void dates(const Path& at) {
        for (const auto* name : {"from", "to"}) {
            if (!rule_[at].contains(name)) continue;
            auto day = parse_day(rule_[at][name].get<std::string>());
            if (!day) continue;
            for (int shift : {-365, 365}) {
                auto moved = to_iso8601(*day + std::chrono::days(shift));
                put("date", at / name, shift < 0 ? "a year earlier" : "a year later", moved);
            }
        }
    }

    void items(const Path& at) {
        const auto& list = rule_[at];
        if (!list.is_array()) return;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (list.size() > 1) remove("effect", at / i, "forget");
            if (list[i].is_object() && list[i].contains("when")) condition(at / i / "when");
            if (list[i].is_object()) ages(at / i);
        }
    }

    void ages(const Path& record) {
        for (const auto* name : {"min_age_days", "max_age_days"}) {
            const auto& here = rule_[record];
            if (!here.contains(name) || !here[name].is_number_integer()) continue;
            auto days = here[name].get<std::int64_t>();
            put("number", record / name, "one more in", days + 1);
            put("number", record / name, "one less in", days - 1);
        }
    }

    void limit(const Path& at) {
        const auto& here = rule_[at];
        if (here.is_array()) {
            for (std::size_t i = 0; i < here.size(); ++i) limit(at / i);
            return;
        }
        if (!here.is_object() || !here.contains("value")) return;
        auto value = here["value"];
        if (!value.is_number_integer()) return;
        put("number", at / "value", "one more in", value.get<std::int64_t>() + 1);
        if (value.get<std::int64_t>() > 0) {
            put("number", at / "value", "one less in", value.get<std::int64_t>() - 1);
        }
        if (here.contains("relax")) remove("effect", at / "relax", "forget");
    }

    void effect(const Path& at) {
        const auto& here = rule_[at];
        if (!here.is_object()) return;
        for (auto& [name, value] : here.items()) {
            if (here.size() > 1) remove("effect", at / name, "forget");
            if (name == "prove") condition(at / name);
            if (name == "cap" || name == "floor") limit(at / name);
            if (name == "require_before" || name == "ask" || name == "during" || name == "after" ||
                name == "facts") {
                items(at / name);
            }
            if (name == "deny_unless" && value.is_object()) {
                if (value.contains("where")) {
                    condition(at / name / "where");
                    if (value.contains("needs")) remove("drop", at / name / "where", "forget");
                }
                if (value.contains("needs")) items(at / name / "needs");
            }
        }
    }

    const Json& rule_;
    std::vector<Mutant> made_;
};

}  // namespace

std::vector<Mutant> mutants_of(const Json& rule) { return Maker(rule).make(); }

std::vector<Mutant> mutants_of_parameter(const Json& row) {
    auto name = row.value("name", "");
    auto unit = row.value("unit", "");
    auto text = row.value("value", "");
    const std::set<std::string> units{"hours", "days", "weeks", "months", "years", "count"};
    if (!units.contains(unit)) return {};
    auto value = std::stoll(text);
    auto step = unit == "hours" ? 24 : 1;
    std::vector<Mutant> made;
    for (auto shift : {step, -step}) {
        if (value + shift < 0) continue;
        auto changed = row;
        changed["value"] = std::to_string(value + shift);
        made.push_back(
            {"number",
             fmt::format("{} in {}", shift > 0 ? "one more" : "one less", name),
             std::move(changed)}
        );
    }
    return made;
}

}  // namespace proviso::mutation
