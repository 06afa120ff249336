#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <proviso/behaviour/accuracy.h>

#include "clips.h"
#include "detected.h"
#include "detectors.h"

namespace proviso::vision {
namespace {

using behaviour::ObjectClass;

struct Figures {
    double milliseconds = 0;
    double precision = 0;
    int false_people = 0;  // of a believed score
    behaviour::TrackingFigures tracking;
};

/// All pictures of a clip through the detector and the tracker, people only.
Figures run(
    const EyeConfig& config, const std::filesystem::path& clip, double fps, const std::string& truth
) {
    auto detected = detect_all(config, clip, fps);
    for (auto& found : detected.pictures) {
        std::erase_if(found, [](const auto& one) { return one.kind != ObjectClass::Person; });
    }
    Figures figures;
    figures.milliseconds = detected.milliseconds;
    std::vector<behaviour::GuessedBox> guessed;
    std::vector<behaviour::GuessedBox> tracked;
    auto observations = observations_of(detected);
    for (std::size_t i = 0; i < observations.size(); ++i) {
        auto frame = static_cast<int>(i);
        for (const auto& one : detected.pictures[i]) {
            guessed.push_back({frame, 0, one.box, one.score});
            if (one.score >= detected.threshold) ++figures.false_people;
        }
        for (const auto& track : observations[i].tracks) {
            if (!track.confirmed || track.predicted) continue;
            tracked.push_back({frame, std::int64_t(track.id), track.box, track.score});
        }
    }
    if (truth.empty()) return figures;
    std::ifstream in(truth);
    std::stringstream text;
    text << in.rdbuf();
    auto marked =
        behaviour::read_marked_boxes(text.str(), detected.width, detected.height, 1).value();
    figures.precision = behaviour::average_precision(marked, guessed);
    figures.tracking = behaviour::tracking_figures(marked, tracked);
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
