#include "detected.h"

#include <set>

#include <proviso/behaviour/engine.h>
#include <proviso/vision/footage.h>

#include "clips.h"
#include "colours.h"
#include "detectors.h"
#include "motion.h"

namespace proviso::vision {
namespace {

Planes planes_of(const DecodedPicture& picture) {
    Planes planes;
    planes.width = picture.width;
    planes.height = picture.height;
    planes.y = picture.y;
    planes.u = picture.u;
    planes.v = picture.v;
    planes.y_stride = picture.y_stride;
    planes.uv_stride = picture.uv_stride;
    return planes;
}

}  // namespace

Detected detect_all(
    const EyeConfig& config, const std::filesystem::path& clip, double fps, int every
) {
    auto detector = open_detector(config).value();
    MotionWatch motion;
    Canvas canvas;
    Detected all;
    all.fps = fps / every;
    all.threshold = detector->score();
    double spent = 0;
    int number = 0;
    const std::vector<behaviour::Box> whole = {{0, 0, 1, 1}};
    auto embedded = config.model == kEmbeddedModel;
    (void)decode_all(clip, [&](const DecodedPicture& picture) {
        if (number++ % every != 0) return;
        all.width = picture.width;
        all.height = picture.height;
        auto before = cpu_seconds();
        canvas.set(planes_of(picture));
        const auto& moved = motion.take(canvas.planes(), 1 / all.fps, {});
        std::vector<behaviour::Detection> found;
        if (embedded && moved.regions.empty()) {
            detector->rest(canvas, 1 / all.fps);
        } else {
            found = detector->detect(canvas, embedded ? moved.regions : whole, 1 / all.fps).value();
        }
        spent += cpu_seconds() - before;
        for (auto& one : found) one.appearance = colours_of(canvas.planes(), one.box, one.kind);
        all.pictures.push_back(std::move(found));
    });
    all.milliseconds =
        spent * 1000 / static_cast<double>(std::max<std::size_t>(1, all.pictures.size()));
    return all;
}

std::vector<behaviour::Observation> observations_of(const Detected& clip) {
    std::vector<behaviour::Observation> all;
    behaviour::Tracker tracker(behaviour::TrackerConfig::for_threshold(clip.threshold));
    auto aspect = static_cast<float>(clip.width) / static_cast<float>(clip.height);
    for (std::size_t i = 0; i < clip.pictures.size(); ++i) {
        behaviour::Observation one;
        auto at = static_cast<double>(i) / clip.fps * 1e6;
        one.wall = Timestamp(microseconds(static_cast<std::int64_t>(at)));
        one.width = clip.width;
        one.height = clip.height;
        one.looked = true;
        auto tracks = tracker.take({one.wall, aspect, clip.pictures[i]});
        one.tracks = std::move(tracks.tracks);
        one.ended = std::move(tracks.ended);
        all.push_back(std::move(one));
    }
    return all;
}

std::size_t falls_told(const Detected& clip) {
    behaviour::RuleSpec rule;
    rule.name = rule.kind = "fall";
    rule.seconds = 2;
    auto engine = behaviour::Engine::make({}, {rule}).value();
    std::set<std::uint64_t> told;
    for (const auto& one : observations_of(clip)) {
        for (const auto& finding : engine.take(one)) told.insert(finding.id);
    }
    for (const auto& finding : engine.finish()) told.insert(finding.id);
    return told.size();
}

}  // namespace proviso::vision
