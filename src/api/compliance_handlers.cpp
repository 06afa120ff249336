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
        {"duties", cell.duties},
        {"footage_days_cap", cell.footage_days_cap ? Json(*cell.footage_days_cap) : Json()},
    };
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
    return Response::json(
        200,
        {{"on", to_iso8601(on.value_or(day_of(call.rooms().clock.now())))},
         {"capabilities", std::move(capabilities)},
         {"cameras", std::move(cameras)},
         {"cells", std::move(list)}}
    );
}

}  // namespace

Result<Response> get_matrix(Call& call) { return matrix_of(call, std::nullopt); }

Result<Response> get_camera_compliance(Call& call) { return matrix_of(call, call.camera); }

}  // namespace proviso::api
