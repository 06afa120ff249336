#include "handlers.h"
#include "house_view.h"
#include "problem.h"

namespace proviso::api {

namespace {

Json cell_json(const law::Cell& cell) {
    return {
        {"camera", cell.camera.text()},
        {"capability", cell.capability},
        {"verdict", cell.verdict},
        {"pending", cell.pending},
        {"words", words(cell)},
        {"reasons", reasons_json(cell.reasons)},
        {"missing", missing_json(cell.missing)},
        {"duties", duties_json(cell.duties)},
        {"footage_days_cap", cell.footage_days_cap ? Json(*cell.footage_days_cap) : Json()},
    };
}

/// Packs in force that speak of a visible site and whose review is late.
Json overdue_json(Call& call, Day on) {
    auto packs = call.rooms().shelf.packs();
    auto list = call.rooms().shelf.list();
    std::erase_if(list, [](const auto& pack) { return !pack.overdue || pack.announced; });
    std::map<SiteId, Json> found;
    for (const auto* camera : visible_cameras(call)) {
        auto site = call.documents->sites.find(camera->site);
        if (site == call.documents->sites.end() || found.contains(camera->site)) continue;
        auto& late = found[camera->site] = Json::array();
        for (const auto& pack : list) {
            if (packs.in_force->speaks_of(pack.id, site->second.jurisdictions, on)) {
                late.push_back({{"pack", pack.id}, {"review_by", to_iso8601(pack.review_by)}});
            }
        }
    }
    auto sites = Json::array();
    for (auto& [site, late] : found) {
        if (!late.empty()) sites.push_back({{"site", site.text()}, {"packs", std::move(late)}});
    }
    return sites;
}

Result<Response> matrix_of(Call& call, const std::optional<CameraId>& only) {
    auto on = PROVISO_TRY(call.query.day("on"));
    auto cells = PROVISO_TRY(call.rooms().gate.matrix(only, on));
    auto cameras = Json::array();
    for (const auto* camera : visible_cameras(call)) {
        if (!only || camera->name == *only) cameras.push_back(camera->name.text());
    }
    auto list = Json::array();
    for (const auto& cell : cells) {
        if (call.user().may_see(cell.camera)) list.push_back(cell_json(cell));
    }
    auto capabilities = Json::array();
    for (auto capability : law::capabilities()) capabilities.push_back(capability);
    auto day = on.value_or(day_of(call.rooms().clock.now()));
    return Response::json(
        200,
        {{"on", to_iso8601(day)},
         {"overdue", overdue_json(call, day)},
         {"capabilities", std::move(capabilities)},
         {"cameras", std::move(cameras)},
         {"cells", std::move(list)}}
    );
}

}  // namespace

Result<Response> get_matrix(Call& call) { return matrix_of(call, std::nullopt); }

Result<Response> get_camera_compliance(Call& call) { return matrix_of(call, call.camera); }

}  // namespace proviso::api
