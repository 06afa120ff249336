#include "proviso/law/retention.h"

#include <algorithm>

namespace proviso::law {

namespace {

/// Ours, for packs that name no default at all. Those of this program have one for the world.
constexpr std::int64_t kUnnamed = 3;

std::optional<std::int64_t> days_of(
    const policy::PackSet* packs,
    std::string_view name,
    const std::vector<std::string>& places,
    Day on
) {
    if (packs == nullptr) return std::nullopt;
    auto parameter = packs->parameter(name, places, on);
    return parameter ? parameter->days(policy::Reading::AtMost) : std::nullopt;
}

/// Of both packs, the shorter.
std::optional<std::int64_t> shorter(
    const Packs& packs, std::string_view name, const std::vector<std::string>& places, Day on
) {
    auto now = days_of(packs.in_force.get(), name, places, on);
    auto next = days_of(packs.announced.get(), name, places, on);
    return now && next ? std::min(now, next) : (now ? now : next);
}

}  // namespace

std::int64_t footage_days(
    const Packs& packs, const registers::Snapshot& snapshot, const registers::Camera& camera, Day on
) {
    if (camera.footage_days) return *camera.footage_days;
    auto site = snapshot.sites.find(camera.site);
    const auto& places =
        site == snapshot.sites.end() ? std::vector<std::string>() : site->second.jurisdictions;
    auto days = shorter(packs, "retention.footage.default", places, on);
    if (camera.space.kind == "workplace") {
        auto work = shorter(packs, "retention.footage.workplace.default", places, on);
        if (work) days = days ? std::min(days, work) : work;
    }
    return std::max<std::int64_t>(1, days.value_or(kUnnamed));
}

std::int64_t unexplained_days(const Packs& packs, Day on) {
    return std::max<std::int64_t>(
        1, shorter(packs, "retention.footage.unexplained", {}, on).value_or(kUnnamed)
    );
}

}  // namespace proviso::law
