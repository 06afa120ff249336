#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <proviso/behaviour/accuracy.h>
#include <proviso/behaviour/tracker.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/footage.h>

#include "clips.h"
#include "colours.h"
#include "detectors.h"
#include "motion.h"

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::ObjectClass;

struct Figures {
    double milliseconds = 0;
    double precision = 0;
    int false_people = 0;  // of a believed score
    behaviour::TrackingFigures tracking;
};

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

/// All pictures of a clip through the detector (whole pictures for networks, what moves for the
/// embedded one) and the tracker.
Figures run(
    const EyeConfig& config, const std::filesystem::path& clip, double fps, const std::string& truth
) {
    auto detector = open_detector(config).value();
    behaviour::TrackerConfig tracking;
    tracking.begin_score = std::min(0.95F, detector->score() + 0.05F);
    tracking.strong_score = detector->score();
    tracking.weak_score = detector->score() * 0.35F;
    behaviour::Tracker tracker(tracking);
    MotionWatch motion;
    Canvas canvas;
    Figures figures;
    double spent = 0;
    int frame = 0;
    int width = 1;
    int height = 1;
    std::vector<behaviour::GuessedBox> guessed;
    std::vector<behaviour::GuessedBox> tracked;
    const std::vector<Box> whole = {{0, 0, 1, 1}};
    (void)decode_all(clip, [&](const DecodedPicture& picture) {
        width = picture.width;
        height = picture.height;
        auto before = cpu_seconds();
        canvas.set(planes_of(picture));
        const auto& moved = motion.take(canvas.planes(), 1 / fps, {});
        auto embedded = config.model == kEmbeddedModel;
        std::vector<behaviour::Detection> found;
        if (embedded && moved.regions.empty()) {
            detector->rest(canvas, 1 / fps);
        } else {
            found = detector->detect(canvas, embedded ? moved.regions : whole, 1 / fps).value();
        }
        spent += cpu_seconds() - before;
        std::erase_if(found, [](const auto& one) { return one.kind != ObjectClass::Person; });
        for (auto& one : found) {
            guessed.push_back({frame, 0, one.box, one.score});
            if (one.score >= detector->score()) ++figures.false_people;
            one.appearance = colours_of(canvas.planes(), one.box, one.kind);
        }
        Timestamp wall(
            std::chrono::seconds(1'800'000'000) + microseconds(std::int64_t(frame * 1e6 / fps))
        );
        auto tracks =
            tracker.take({.wall = wall, .aspect = float(width) / float(height), .detections = found}
            );
        for (const auto& track : tracks.tracks) {
            if (track.confirmed && !track.predicted) {
                tracked.push_back({frame, std::int64_t(track.id), track.box, track.score});
            }
        }
        ++frame;
    });
    figures.milliseconds = spent * 1000 / std::max(1, frame);
    if (!truth.empty()) {
        std::ifstream in(truth);
        std::stringstream text;
        text << in.rdbuf();
        auto marked = behaviour::read_marked_boxes(text.str(), width, height, 1).value();
        figures.precision = behaviour::average_precision(marked, guessed);
        figures.tracking = behaviour::tracking_figures(marked, tracked);
    }
    return figures;
}

}  // namespace

void bench_detectors(const std::filesystem::path& assets) {
    auto footage = assets / "footage";
    fmt::print(
        "\nDetectors, one thread (PETS 2009 S2.L1 view 1: manual boxes; the tracker is the "
        "product's)\n"
    );
    fmt::print(
        "  {:<28} {:>8} {:>8} {:>8} {:>8} {:>9} {:>14}\n",
        "detector",
        "ms",
        "AP50",
        "MOTA",
        "IDF1",
        "switches",
        "empty_room"
    );
    for (const auto* model :
         {"embedded",
          "yolo_fastest_1_1_body",
          "person_vehicle_bike_2000",
          "yolox_nano_416",
          "person_vehicle_bike_2002"}) {
        EyeConfig config;
        config.model = model;
        config.card_folder = PROVISO_MODEL_CARDS;
        config.model_folder = assets / "models";
        auto opened = open_detector(config);
        if (!opened) {
            fmt::print("  {:<28} skipped: {}\n", model, opened.error().story());
            continue;
        }
        auto pets = run(
            config, footage / "pets09_s2l1/view1_0000_0529.avi", 10, footage / "pets09_s2l1/gt.txt"
        );
        auto empty = run(config, footage / "empty_room.mp4", 12, "");
        fmt::print(
            "  {:<28} {:>8.1f} {:>8.3f} {:>8.3f} {:>8.3f} {:>9} {:>8} false\n",
            model,
            pets.milliseconds,
            pets.precision,
            pets.tracking.mota,
            pets.tracking.idf1,
            pets.tracking.switches,
            empty.false_people
        );
    }
    fmt::print(
        "\nEmbedded detector elsewhere (boxes made by person_vehicle_bike_2002 and looked at; not "
        "for scoring that one)\n"
    );
    for (const auto& [clip, fps] :
         {std::pair{"corridor_people", 12.0},
          {"loiter_table", 10.0},
          {"lowlight_loiter_synth", 10.0}}) {
        auto name = std::string(clip);
        auto figures = run({}, footage / (name + ".mp4"), fps, footage / (name + ".gt.txt"));
        fmt::print("  {:<28} {:>8.1f} {:>8.3f}\n", clip, figures.milliseconds, figures.precision);
    }
}

}  // namespace proviso::vision
