#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include <proviso/crypto/hash.h>
#include <proviso/policy/evaluate.h>

#include "fields.h"
#include "pack_inside.h"
#include "parameters.h"
#include "references.h"

namespace proviso::policy {

namespace {

struct Folder {
    std::string name;
    const PackDocuments* head = nullptr;
    const PackDocuments* parameters = nullptr;
    std::vector<const PackDocuments*> rules;
};

Result<std::vector<Folder>> sort_files(const std::vector<PackDocuments>& files) {
    std::map<std::string, Folder> folders;
    for (const auto& file : files) {
        auto slash = file.name.find('/');
        auto rest = slash == std::string::npos ? "" : file.name.substr(slash + 1);
        auto& folder = folders[file.name.substr(0, slash)];
        folder.name = file.name.substr(0, slash);
        if (rest == "pack.yaml") {
            folder.head = &file;
        } else if (rest == "params.csv") {
            folder.parameters = &file;
        } else if (rest.starts_with("rules/") && rest.ends_with(".yaml")) {
            folder.rules.push_back(&file);
        } else {
            return invalid_input(
                file.name + " is not part of a pack",
                "a pack has pack.yaml, params.csv and rules/*.yaml (and cases/*.yaml, which are "
                "not "
                "loaded)"
            );
        }
    }
    std::vector<Folder> sorted;
    for (auto& [name, folder] : folders) {
        if (folder.head == nullptr) {
            return invalid_input(name + " has no pack.yaml", "describe the pack in it");
        }
        std::sort(folder.rules.begin(), folder.rules.end(), [](auto* a, auto* b) {
            return a->name < b->name;
        });
        sorted.push_back(std::move(folder));
    }
    if (sorted.empty()) return invalid_input("there are no packs", "give the folder of the packs");
    if (sorted.size() > kMostPacks) return invalid_input("there are more than 64 packs");
    return sorted;
}

Result<std::string> canonical_digest(const Json& document) {
    // The text of numbers with a fraction has no canonical form, so none may occur.
    try {
        return to_hex(crypto::sha256(as_bytes(canonical_json(document))));
    } catch (const std::logic_error&) {
        return invalid_input("a number with a fraction stands in a pack", "use whole numbers");
    }
}

class Build {
public:
    Build() : compiler_(inside_->program) {}

    Result<> add_head(const Folder& folder) {
        if (folder.head->documents.size() != 1) {
            return invalid_input("a pack.yaml is one document", "leave one");
        }
        const auto& document = folder.head->documents.front();
        canonical_[folder.head->name] = document;
        ObjectReader read(document, "pack " + folder.name);
        PackInfo info;
        info.id = read.text("id");
        info.title = read.text("title");
        info.version = read.text("version");
        auto checked = read.text("checked");
        auto review_by = read.text("review_by");
        read.text("language");
        info.jurisdictions = read.texts_or_empty("jurisdictions");
        auto groups = read.member("groups");
        PROVISO_TRY(read.finish());
        if (info.id != folder.name) {
            return invalid_input(
                fmt::format("pack id '{}' is not the name of its folder '{}'", info.id, folder.name)
            );
        }
        info.checked = PROVISO_TRY(parse_day(checked).while_doing("checked"));
        info.review_by = PROVISO_TRY(parse_day(review_by).while_doing("review_by"));
        if (info.jurisdictions.empty()) {
            return invalid_input("'jurisdictions' is missing", "name the codes, or \"*\" for all");
        }
        if (!groups.is_null() && !groups.is_array()) {
            return invalid_input("'groups' is a list of {name, members}");
        }
        for (const auto& group : groups.is_null() ? Json::array() : groups) {
            ObjectReader read_group(group, "groups");
            auto name = read_group.text("name");
            auto members = read_group.member("members");
            PROVISO_TRY(read_group.finish());
            PROVISO_TRY(compiler_.add_group(name, members));
        }
        inside_->infos.push_back(std::move(info));
        return {};
    }

    /// After all heads, so that a pack may name another's group.
    Result<> resolve(std::size_t pack) {
        const auto& info = inside_->infos[pack];
        Pack made;
        made.everywhere = info.jurisdictions == std::vector<std::string>{"*"};
        if (!made.everywhere) {
            made.jurisdictions =
                PROVISO_TRY(compiler_.targets(Json(info.jurisdictions), "jurisdictions"));
        }
        inside_->packs.push_back(std::move(made));
        return {};
    }

    /// Before the pack's rules, which may name them. A pack need not have any.
    Result<> add_parameters(std::size_t pack, const PackDocuments* file) {
        std::vector<Parameter> table;
        for (const auto& row : file == nullptr ? std::vector<Json>() : file->documents) {
            table.push_back(PROVISO_TRY(parameter_from_json(row)));
            table.back().pack = inside_->infos[pack].id;
        }
        PROVISO_TRY(check_parameters(table));
        if (file != nullptr) canonical_[file->name] = to_json(table);
        inside_->parameters.push_back(std::move(table));
        return {};
    }

    Result<> add_rules(std::size_t pack, const PackDocuments& file) {
        canonical_[file.name] = file.documents;
        for (const auto& written : file.documents) {
            auto document = PROVISO_TRY(with_parameters(written, inside_->parameters[pack]));
            auto rule =
                PROVISO_TRY(read_rule(compiler_, inside_->program, document, inside_->duty_texts));
            rule.digest = PROVISO_TRY(canonical_digest(document).while_doing("rule " + rule.id));
            rule.pack = static_cast<std::uint8_t>(pack);
            for (const auto& name : rule.aliases) PROVISO_TRY(claim(name, rule.id));
            PROVISO_TRY(claim(rule.id, rule.id));
            inside_->packs[pack].connects |= rule.connects;
            inside_->rules.push_back(std::move(rule));
            if (inside_->rules.size() > kMostRules)
                return invalid_input("there are too many rules");
        }
        return {};
    }

    Result<std::unique_ptr<PackSet::Inside>> finish() {
        PROVISO_TRY(order());
        auto& rules = inside_->rules;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            const auto& rule = rules[i];
            if (!rule.votes()) continue;
            auto days = [](std::optional<Day> day, std::int32_t otherwise) {
                return day ? static_cast<std::int32_t>(day->time_since_epoch().count()) : otherwise;
            };
            constexpr auto kEver = std::numeric_limits<std::int32_t>::max();
            const Candidate candidate{
                rule.kinds,
                days(rule.from, -kEver),
                days(rule.to, kEver),
                static_cast<std::uint16_t>(i),
                rule.pack,
                rule.connects};
            for (std::size_t act = 0; act < registers::kActs.size(); ++act) {
                if ((rule.acts >> act & 1U) != 0) inside_->by_act[act].push_back(candidate);
            }
            inside_->by_act.back().push_back(candidate);
        }
        map_countries();
        word_duties();
        inside_->digest = PROVISO_TRY(canonical_digest(canonical_));
        return std::move(inside_);
    }

private:
    Result<> claim(const std::string& name, const std::string& rule) {
        if (names_.emplace(name, rule).second) return {};
        return invalid_input(fmt::format("rule {}: the id '{}' is taken", rule, name));
    }

    /// Sorts whoever overrides before whom it overrides; a circle is an error.
    Result<> order() {
        std::vector<Rule> sorted;
        auto& rules = inside_->rules;
        std::map<std::string, std::set<std::string>> overridden_by;
        for (const auto& rule : rules) {
            if (!rule.part_of.empty() && !names_.contains(rule.part_of)) {
                return invalid_input(fmt::format(
                    "rule {} is part of '{}', which is not loaded", rule.id, rule.part_of
                ));
            }
            for (const auto& other : rule.overrides) {
                auto found = names_.find(other);
                if (found == names_.end()) {
                    return invalid_input(
                        fmt::format("rule {} overrides '{}', which is not loaded", rule.id, other)
                    );
                }
                overridden_by[found->second].insert(rule.id);
            }
        }
        std::set<std::string> placed;
        while (sorted.size() < rules.size()) {
            auto before = sorted.size();
            for (auto& rule : rules) {
                if (rule.id.empty() || placed.contains(rule.id)) continue;
                const auto& first = overridden_by[rule.id];
                if (!std::includes(placed.begin(), placed.end(), first.begin(), first.end())) {
                    continue;
                }
                placed.insert(rule.id);
                sorted.push_back(std::move(rule));
                rule.id.clear();
            }
            if (sorted.size() == before)
                return invalid_input("rules override each other in a circle");
        }
        rules = std::move(sorted);
        std::map<std::string, std::uint16_t> position;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            position[rules[i].id] = static_cast<std::uint16_t>(i);
        }
        for (auto& rule : rules) {
            for (const auto& other : rule.overrides) {
                rule.overridden.push_back(position[names_[other]]);
            }
        }
        return {};
    }

    void map_countries() {
        auto& map = inside_->packs_of_country;
        for (std::size_t i = 0; i < inside_->packs.size(); ++i) {
            const auto bit = std::uint64_t{1} << i;
            const auto& pack = inside_->packs[i];
            if (pack.everywhere) inside_->packs_everywhere |= bit;
            for (const auto& target : pack.jurisdictions) {
                if (target.group == Target::kNone) {
                    map[target.code.country()] |= bit;
                    continue;
                }
                const auto& group = inside_->program.groups[target.group];
                for (std::size_t country = 0; country < map.size(); ++country) {
                    if (group.countries.test(country)) map[country] |= bit;
                }
                for (const auto& member : group.dated) map[member.code.country()] |= bit;
            }
        }
    }

    /// A sentence for the duty to keep up each record a rule asks for.
    void word_duties() {
        auto word = [&](const std::vector<Requirement>& needs) {
            for (const auto& need : needs) {
                auto& text = inside_->duty_texts[need.duty];
                if (!text.empty()) continue;
                auto kind = word_index(registers::kRecordKinds, need.what, "record");
                if (kind) text = fmt::format("Keep {} valid", record_noun(*kind));
            }
        };
        for (const auto& rule : inside_->rules) {
            word(rule.effect.require);
            word(rule.effect.ask);
            if (rule.effect.deny_unless) word(rule.effect.deny_unless->needs);
            for (const auto& cap : rule.effect.caps) {
                for (const auto& step : cap.relax) word(step.needs);
            }
        }
    }

    std::unique_ptr<PackSet::Inside> inside_ = std::make_unique<PackSet::Inside>();
    Compiler compiler_;
    Json canonical_ = Json::object();
    std::map<std::string, std::string> names_{{std::string(kNoPackRule), "the evaluator"}};
};

}  // namespace

PackSet::PackSet(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

PackSet::~PackSet() = default;

Result<PackDocuments> read_pack_file(const PackFile& file) {
    if (file.name.ends_with(".csv")) {
        auto rows = to_json(PROVISO_TRY(read_parameters(file.content).while_doing(file.name)));
        return PackDocuments{file.name, {rows.begin(), rows.end()}};
    }
    auto documents = PROVISO_TRY(parse_yaml(file.content).while_doing(file.name));
    return PackDocuments{file.name, std::move(documents)};
}

Result<std::shared_ptr<const PackSet>> PackSet::compile(const std::vector<PackFile>& files) {
    std::vector<PackDocuments> read;
    read.reserve(files.size());
    for (const auto& file : files) read.push_back(PROVISO_TRY(read_pack_file(file)));
    return compile_documents(read);
}

Result<std::shared_ptr<const PackSet>> PackSet::compile_documents(
    const std::vector<PackDocuments>& files
) {
    auto folders = PROVISO_TRY(sort_files(files));
    Build build;
    for (const auto& folder : folders) {
        PROVISO_TRY(build.add_head(folder).while_doing(folder.head->name));
    }
    for (std::size_t i = 0; i < folders.size(); ++i) {
        PROVISO_TRY(build.resolve(i).while_doing(folders[i].head->name));
    }
    for (std::size_t i = 0; i < folders.size(); ++i) {
        PROVISO_TRY(build.add_parameters(i, folders[i].parameters)
                        .while_doing(folders[i].name + "/params.csv"));
        for (const auto* file : folders[i].rules) {
            PROVISO_TRY(build.add_rules(i, *file).while_doing(file->name));
        }
    }
    auto inside = PROVISO_TRY(build.finish().while_doing("packs"));
    return std::shared_ptr<const PackSet>(new PackSet(std::move(inside)));
}

const std::string& PackSet::digest() const { return inside_->digest; }

const std::vector<PackInfo>& PackSet::packs() const { return inside_->infos; }

std::vector<RuleInfo> PackSet::rules() const {
    std::vector<RuleInfo> list;
    for (const auto& rule : inside_->rules) {
        list.push_back(
            {rule.id,
             inside_->infos[rule.pack].id,
             rule.title,
             rule.cite,
             rule.status_text,
             rule.confidence,
             rule.from,
             rule.to,
             rule.digest}
        );
    }
    std::sort(list.begin(), list.end(), [](auto& a, auto& b) { return a.id < b.id; });
    return list;
}

std::string_view PackSet::duty_text(std::string_view duty) const {
    constexpr std::string_view kAnswer = "answer:";
    if (duty.starts_with(kAnswer)) {
        const auto* field = find_field(duty.substr(kAnswer.size()));
        return field == nullptr ? std::string_view() : field->question;
    }
    auto found = inside_->duty_texts.find(duty);
    return found == inside_->duty_texts.end() ? std::string_view() : found->second;
}

bool PackSet::names_rule(std::string_view word, std::string_view id) const {
    if (word == id) return true;
    return std::any_of(inside_->rules.begin(), inside_->rules.end(), [&](const Rule& rule) {
        return rule.id == id &&
               (word == rule.part_of ||
                std::find(rule.aliases.begin(), rule.aliases.end(), word) != rule.aliases.end());
    });
}

}  // namespace proviso::policy
