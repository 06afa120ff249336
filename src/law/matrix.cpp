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

std::span<const std::string_view> Gate::capabilities() {
    static const auto kNames = [] {
        std::vector<std::string_view> names;
        for (const auto& capability : capability_table()) names.push_back(capability.name);
        return names;
    }();
    return kNames;
}

Result<std::vector<Cell>> Gate::matrix(const std::optional<CameraId>& camera, std::optional<Day> on)
    const {
    auto snapshot = inside_->registers.snapshot();
    auto day = on.value_or(inside_->today());
    std::vector<CameraId> cameras;
    if (camera) {
        cameras.push_back(*camera);
    } else {
        for (const auto& [name, each] : snapshot->cameras) cameras.push_back(name);
    }
    std::vector<PlaceFact> viewer;
    if (!inside_->options.viewer_country.empty()) {
        viewer.push_back({"viewer", inside_->options.viewer_country});
    }
    std::vector<Cell> cells;
    cells.reserve(cameras.size() * capability_table().size());
    for (const auto& name : cameras) {
        auto stated = PROVISO_TRY(facts_of(*snapshot, name, viewer));
        auto seen = PROVISO_TRY(policy::Facts::from_json(stated).while_doing(name.text()));
        auto alone = seen;
        if (!viewer.empty()) {
            // The viewer comes last.
            stated["places"].erase(stated["places"].size() - 1);
            alone =
                seen.with(PROVISO_TRY(policy::Facts::from_json({{"places", stated["places"]}})));
        }
        for (std::size_t i = 0; i < capability_table().size(); ++i) {
            const auto& capability = capability_table()[i];
            bool leaves = capability.act == "view" || capability.act == "export";
            auto facts = (leaves ? seen : alone).with(questions()[i]);
            cells.push_back(cell_of(name, capability, policy::evaluate(*inside_->packs, facts, day))
            );
        }
    }
    return cells;
}

}  // namespace proviso::law
