#include "capability.h"
#include "gate_inside.h"

namespace proviso::law {

namespace {

policy::Facts question_of(const Capability& capability) {
    Json json = {{"act", capability.act}, {"analytic", analytic_of(capability)}};
    if (capability.sound) json["camera"] = {{"audio", true}};
    if (capability.act == "export") json["purpose"] = {{"code", "evidence"}};
    return policy::Facts::from_json(json).value();
}

const std::vector<policy::Facts>& questions() {
    static const auto kQuestions = [] {
        std::vector<policy::Facts> list;
        for (const auto& capability : capability_table()) list.push_back(question_of(capability));
        return list;
    }();
    return kQuestions;
}

Cell cell_of(
    const CameraId& camera,
    const Capability& capability,
    const policy::Decision& decision,
    const Packs& packs
) {
    Cell cell;
    cell.camera = camera;
    cell.capability = capability.name;
    cell.verdict = policy::to_string(decision.verdict);
    cell.pending = decision.pending;
    cell.reasons = reasons_of(decision);
    cell.missing = missing_of(decision);
    cell.duties.reserve(decision.duties.size());
    for (auto duty : decision.duties) {
        cell.duties.push_back({std::string(duty), packs.duty_text(duty)});
    }
    for (const auto& [name, days] : decision.caps) {
        if (name == "footage_days") cell.footage_days_cap = days;
    }
    return cell;
}

}  // namespace

std::span<const std::string_view> capabilities() {
    static const auto kNames = [] {
        std::vector<std::string_view> names;
        for (const auto& capability : capability_table()) names.push_back(capability.name);
        return names;
    }();
    return kNames;
}

Result<Questions> Questions::of(
    const Packs& packs,
    Day on,
    const registers::Snapshot& snapshot,
    const std::optional<CameraId>& camera,
    const std::string& viewer_country
) {
    std::vector<CameraId> names;
    if (camera) {
        names.push_back(*camera);
    } else {
        for (const auto& [name, each] : snapshot.cameras) names.push_back(name);
    }
    std::vector<PlaceFact> viewer;
    if (!viewer_country.empty()) viewer.push_back({"viewer", viewer_country});
    Questions made;
    made.cameras_.reserve(names.size());
    for (const auto& name : names) {
        auto stated = PROVISO_TRY(facts_of(packs, on, snapshot, name, viewer));
        auto seen = PROVISO_TRY(policy::Facts::from_json(stated).while_doing(name.text()));
        auto alone = seen;
        if (!viewer.empty()) {
            // The viewer comes last.
            stated["places"].erase(stated["places"].size() - 1);
            auto places = PROVISO_TRY(policy::Facts::from_json({{"places", stated["places"]}}));
            alone = seen.with(places);
        }
        made.cameras_.push_back({name, std::move(seen), std::move(alone)});
    }
    return made;
}

std::size_t Questions::size() const { return cameras_.size() * capability_table().size(); }

policy::Facts Questions::facts(std::size_t index) const {
    const auto& asked = cameras_[index / capability_table().size()];
    auto which = index % capability_table().size();
    const auto& capability = capability_table()[which];
    bool leaves = capability.act == "view" || capability.act == "export";
    return (leaves ? asked.seen : asked.alone).with(questions()[which]);
}

std::vector<policy::Decision> Questions::ask(const Packs& packs, Day on) const {
    std::vector<policy::Decision> decisions;
    decisions.reserve(size());
    for (std::size_t i = 0; i < size(); ++i) decisions.push_back(packs.decide(facts(i), on));
    return decisions;
}

Cell Questions::cell(std::size_t index, const policy::Decision& decision, const Packs& packs)
    const {
    return cell_of(
        cameras_[index / capability_table().size()].camera,
        capability_table()[index % capability_table().size()],
        decision,
        packs
    );
}

Result<std::vector<Cell>> matrix_of(
    const Packs& packs,
    const registers::Snapshot& snapshot,
    const std::optional<CameraId>& camera,
    Day on,
    const std::string& viewer_country
) {
    auto asked = PROVISO_TRY(Questions::of(packs, on, snapshot, camera, viewer_country));
    std::vector<Cell> cells;
    cells.reserve(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
        cells.push_back(asked.cell(i, packs.decide(asked.facts(i), on), packs));
    }
    return cells;
}

Result<std::vector<Cell>> Gate::matrix(const std::optional<CameraId>& camera, std::optional<Day> on)
    const {
    auto packs = inside_->packs.copy();
    auto snapshot = inside_->registers.snapshot();
    return matrix_of(
        packs, *snapshot, camera, on.value_or(inside_->today()), inside_->options.viewer_country
    );
}

}  // namespace proviso::law
