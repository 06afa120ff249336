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
    const CameraId& camera, const Capability& capability, const policy::Decision& decision
) {
    Cell cell;
    cell.camera = camera;
    cell.capability = capability.name;
    cell.verdict = policy::to_string(decision.verdict);
    cell.pending = decision.pending;
    cell.reasons = reasons_of(decision);
    cell.missing = missing_of(decision);
    cell.duties.assign(decision.duties.begin(), decision.duties.end());
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

Result<std::vector<Cell>> matrix_of(
    const Packs& packs,
    const registers::Snapshot& snapshot,
    const std::optional<CameraId>& camera,
    Day on,
    const std::string& viewer_country
) {
    std::vector<CameraId> cameras;
    if (camera) {
        cameras.push_back(*camera);
    } else {
        for (const auto& [name, each] : snapshot.cameras) cameras.push_back(name);
    }
    std::vector<PlaceFact> viewer;
    if (!viewer_country.empty()) viewer.push_back({"viewer", viewer_country});
    std::vector<Cell> cells;
    cells.reserve(cameras.size() * capability_table().size());
    for (const auto& name : cameras) {
        auto stated = PROVISO_TRY(facts_of(snapshot, name, viewer));
        auto seen = PROVISO_TRY(policy::Facts::from_json(stated).while_doing(name.text()));
        auto alone = seen;
        if (!viewer.empty()) {
            // The viewer comes last.
            stated["places"].erase(stated["places"].size() - 1);
            auto places = PROVISO_TRY(policy::Facts::from_json({{"places", stated["places"]}}));
            alone = seen.with(places);
        }
        for (std::size_t i = 0; i < capability_table().size(); ++i) {
            const auto& capability = capability_table()[i];
            bool leaves = capability.act == "view" || capability.act == "export";
            auto facts = (leaves ? seen : alone).with(questions()[i]);
            cells.push_back(cell_of(name, capability, packs.decide(facts, on)));
        }
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
