#pragma once

#include <map>

#include "state.h"

namespace proviso::api {

/// What several answers tell of cameras, gathered once per request.
struct HouseView {
    std::map<std::pair<CameraId, std::string>, CameraHealth> health;
    std::map<CameraId, catalog::CameraUsage> usage;
    std::map<CameraId, std::vector<law::Cell>> cells;
    law::Packs packs;
    Day today{};
};

/// All cameras, or one.
Result<HouseView> look_around(Call& call, const std::optional<CameraId>& camera);

/// The cameras of the register this account may see, in order.
std::vector<const registers::Camera*> visible_cameras(const Call& call);

Json camera_json(const Call& call, const HouseView& view, const registers::Camera& camera);

/// What the cell says, for a person.
std::string words(const law::Cell& cell);

/// The purpose code of a camera's register entry, for the evidence of who looked why.
std::string purpose_code(const registers::Snapshot& documents, const CameraId& camera);

/// "main" or "sub" of the query, default main.
Result<media::StreamKind> stream_of(const Query& query);

}  // namespace proviso::api
