#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <span>

#include <fmt/format.h>

#include <proviso/behaviour/accuracy.h>
#include <proviso/behaviour/anomaly.h>
#include <proviso/behaviour/tracker.h>

#include "clips.h"
#include "detected.h"

namespace proviso::vision {
namespace {

using namespace behaviour;  // NOLINT(google-build-using-namespace): its words, all over the file

constexpr auto kBegin =
    std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + std::chrono::hours(9);

/// Plays observations one after the other on one clock.
class Player {
public:
    explicit Player(AnomalyModel& model) : model_(model) {}

    float play(Observation one, Timestamp base) {
        one.wall = kBegin + (one.wall - Timestamp()) + (base - Timestamp());
        one.mono = MonoTime(one.wall.time_since_epoch());
        for (auto& view : one.tracks) view.first_seen += base - Timestamp();
        told_ += model_.take(one).size();
        return static_cast<float>(model_.score());
    }

    std::size_t told() const { return told_; }

private:
    AnomalyModel& model_;
    std::size_t told_ = 0;
};

using Path = std::vector<TrackView>;

/// The tracks that go furthest, each as its views one frame after the other.
std::vector<Path> paths(std::span<const Observation> observations, std::size_t most) {
    std::map<TrackId, Path> all;
    for (const auto& one : observations) {
        for (const auto& view : one.tracks) {
            if (view.confirmed && !view.predicted) all[view.id].push_back(view);
        }
    }
    std::vector<Path> longest;
    for (auto& [id, path] : all) longest.push_back(std::move(path));
    auto far = [](const Path& path) {
        auto a = path.front().box.foot();
        auto b = path.back().box.foot();
        return std::hypot(b.x - a.x, b.y - a.y);
    };
    std::erase_if(longest, [](const Path& path) { return path.size() < 20; });
    std::sort(longest.begin(), longest.end(), [&](const Path& a, const Path& b) {
        return far(a) > far(b);
    });
    if (longest.size() > most) longest.resize(most);
    return longest;
}

struct Plant {
    std::string_view name;
    std::function<void(const std::vector<Path>&, std::size_t step, std::vector<TrackView>&)> add;
};

TrackView at(const Path& path, std::size_t step) { return path[step % path.size()]; }

const std::vector<Plant>& plants() {
    static const std::vector<Plant> all{
        {"running (a usual path at three times its pace)",
         [](const auto& usual, std::size_t step, auto& out) {
             out.push_back(at(usual[0], step * 3));
         }},
        {"other way (a usual path backwards)",
         [](const auto& usual, std::size_t step, auto& out) {
             out.push_back(usual[0][usual[0].size() - 1 - step % usual[0].size()]);
         }},
        {"new place (a usual path mirrored to the top of the picture)",
         [](const auto& usual, std::size_t step, auto& out) {
             auto view = at(usual[0], step);
             view.box.y = std::max(0.01F, 0.5F - view.box.y - view.box.h);
             out.push_back(view);
         }},
        {"crowd (everybody three times)",
         [](const auto&, std::size_t, auto& out) {
             auto here = out;
             for (int copy = 1; copy <= 3; ++copy) {
                 for (auto view : here) {
                     view.id += 5000 + 100 * static_cast<TrackId>(copy);
                     view.box.x = std::clamp(
                         view.box.x + 0.04F * static_cast<float>(copy), 0.01F, 0.98F - view.box.w
                     );
                     out.push_back(view);
                 }
             }
         }},
        {"vehicle where people walk",
         [](const auto& usual, std::size_t step, auto& out) {
             auto view = at(usual[0], step);
             view.kind = ObjectClass::Vehicle;
             view.box.x = std::clamp(view.box.x - view.box.w, 0.01F, 0.98F - 3 * view.box.w);
             view.box.w *= 3;
             out.push_back(view);
         }},
        {"lying person",
         [](const auto& usual, std::size_t, auto& out) {
             auto view = at(usual[0], usual[0].size() / 2);
             auto foot = view.box.foot();
             view.box = {foot.x - view.box.h / 2, foot.y - view.box.w, view.box.h, view.box.w};
             out.push_back(view);
         }},
    };
    return all;
}

/// Learns on the first part of a clip, and judges the rest with something planted into its middle.
void planted(const char* name, const Detected& clip, std::size_t split) {
    auto observations = observations_of(clip);
    std::span<const Observation> learn(observations.data(), split);
    std::span<const Observation> test(observations.data() + split, observations.size() - split);
    AnomalyConfig config;
    config.learning_hours = static_cast<double>(split) / clip.fps / 3600;
    config.learning_things = 1;
    auto model = AnomalyModel::make(config).value();
    Player teacher(model);
    for (const auto& one : learn) teacher.play(one, Timestamp());
    auto saved = model.save();
    auto usual = paths(learn, 3);
    if (usual.empty()) return;
    std::vector<float> all_scores;
    std::vector<std::uint8_t> all_labels;
    fmt::print("  {:<26} {:>4.0f} s", name, static_cast<double>(split) / clip.fps);
    for (const auto& plant : plants()) {
        std::vector<float> scores;
        std::vector<std::uint8_t> labels;
        for (const auto& path : usual) {
            auto judge = AnomalyModel::load(saved, config).value();
            Player player(judge);
            for (std::size_t i = 0; i < test.size(); ++i) {
                auto one = test[i];
                bool here = i >= test.size() / 3 && i < 2 * test.size() / 3;
                if (here) {
                    auto before = one.tracks.size();
                    plant.add({path}, i - test.size() / 3, one.tracks);
                    for (auto k = before; k < one.tracks.size(); ++k) {
                        if (one.tracks[k].id < 5000) one.tracks[k].id += 9000;
                        one.tracks[k].confirmed = true;
                        one.tracks[k].predicted = false;
                    }
                }
                scores.push_back(player.play(one, Timestamp()));
                labels.push_back(here ? 1 : 0);
            }
        }
        fmt::print(" {:>9.3f}", area_under_curve(scores, labels));
        all_scores.insert(all_scores.end(), scores.begin(), scores.end());
        all_labels.insert(all_labels.end(), labels.begin(), labels.end());
    }
    fmt::print(" {:>9.3f}\n", area_under_curve(all_scores, all_labels));
}

EyeConfig network(const std::filesystem::path& assets, const char* model) {
    EyeConfig config;
    config.model = model;
    config.card_folder = PROVISO_MODEL_CARDS;
    config.model_folder = assets / "models";
    return config;
}

constexpr double kFallRate = 10;

Detected fall_clip(const std::filesystem::path& assets, const std::string& name) {
    auto clip = assets / "footage/falls" / (name + ".mp4");
    return detect_all(network(assets, "yolox_nano_416"), clip, 30, 3);
}

/// A real (acted) fall, after nothing but other clips of acted daily life.
void real_fall(const Detected& fall, const std::vector<Detected>& daily) {
    constexpr int kOnset = 70 / 3;
    AnomalyConfig config;
    config.learning_hours = 1e-3;
    config.learning_things = 1;
    auto model = AnomalyModel::make(config).value();
    Player player(model);
    Timestamp base;
    auto play = [&](const Detected& clip, std::vector<float>* scores) {
        auto observations = observations_of(clip);
        for (const auto& one : observations) {
            auto score = player.play(one, base);
            if (scores != nullptr) scores->push_back(score);
        }
        base += (observations.back().wall - Timestamp()) + std::chrono::seconds(20);
    };
    for (const auto& clip : daily) play(clip, nullptr);
    std::vector<float> scores;
    play(fall, &scores);
    std::vector<std::uint8_t> labels;
    for (std::size_t i = 0; i < scores.size(); ++i) labels.push_back(i >= kOnset ? 1 : 0);
    fmt::print(
        "  a fall, after {} clips of daily life: AUC {:.3f} (one clip)\n",
        daily.size(),
        area_under_curve(scores, labels)
    );
}

}  // namespace

void bench_anomalies(const std::filesystem::path& assets) {
    auto footage = assets / "footage";
    fmt::print(
        "\nAnomaly, frame-level AUC, planted into the rest of a clip after learning on its first "
        "part\n  {:<26} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n",
        "clip, detector",
        "learnt",
        "running",
        "other way",
        "new place",
        "crowd",
        "vehicle",
        "lying",
        "all"
    );
    auto pets = footage / "pets09_s2l1/view1_0000_0529.avi";
    planted("PETS, 2002", detect_all(network(assets, "person_vehicle_bike_2002"), pets, 10), 350);
    planted("PETS, embedded", detect_all({}, pets, 10), 350);
    planted(
        "corridor, 2002",
        detect_all(
            network(assets, "person_vehicle_bike_2002"), footage / "corridor_people.mp4", 12
        ),
        200
    );
    planted(
        "table, 2000",
        detect_all(network(assets, "person_vehicle_bike_2000"), footage / "loiter_table.mp4", 10),
        450
    );

    auto fall = fall_clip(assets, "fall_faint");
    std::vector<Detected> daily;
    for (const auto* name :
         {"adl_walk_slow", "adl_bend_knees", "adl_stumble", "adl_sit_low_chair", "adl_crawl"}) {
        daily.push_back(fall_clip(assets, name));
    }
    real_fall(fall, daily);
    auto down = fall_clip(assets, "adl_lie_down_quickly");
    auto told = falls_told(fall);
    std::size_t wrong = falls_told(down);
    for (const auto& clip : daily) wrong += falls_told(clip);
    fmt::print(
        "  rule 'fall' (2 s): {} told of 1, {} false on {} clips of daily life; its limits were "
        "chosen on these clips\n",
        told,
        wrong,
        daily.size() + 1
    );
}

}  // namespace proviso::vision
