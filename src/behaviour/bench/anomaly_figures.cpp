#include "anomaly_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>

#include <fmt/format.h>

#include <proviso/behaviour/anomaly.h>
#include <proviso/behaviour/tracker.h>

#include "dump.h"

namespace proviso::behaviour {
namespace {

/// The observations of a clip, its first frame at time 0.
std::vector<Observation> observe(const Dump& dump, float threshold) {
    std::vector<Observation> all;
    Tracker tracker(TrackerConfig::for_threshold(threshold));
    auto aspect = static_cast<float>(dump.width) / static_cast<float>(dump.height);
    for (int frame = 0; frame < dump.frames; ++frame) {
        Observation one;
        one.wall = Timestamp(microseconds(static_cast<std::int64_t>(frame / dump.fps * 1e6)));
        one.width = dump.width;
        one.height = dump.height;
        one.looked = true;
        auto tracks =
            tracker.take({one.wall, aspect, dump.detections[static_cast<std::size_t>(frame)]});
        one.tracks = std::move(tracks.tracks);
        all.push_back(std::move(one));
    }
    return all;
}

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

}  // namespace

int anomaly_planted(int, char** words) {
    auto dump = read_dump(words[0]);
    if (!dump) {
        std::cerr << dump.error().story() << '\n';
        return 1;
    }
    auto observations = observe(*dump, std::strtof(words[1], nullptr));
    auto split = static_cast<std::size_t>(std::clamp(std::atoi(words[2]), 1, dump->frames - 1));
    std::span<const Observation> learn(observations.data(), split);
    std::span<const Observation> test(observations.data() + split, observations.size() - split);
    AnomalyConfig config;
    config.learning_hours = static_cast<double>(split) / dump->fps / 3600;
    config.learning_things = 1;
    auto model = AnomalyModel::make(config);
    Player teacher(*model);
    for (const auto& one : learn) teacher.play(one, Timestamp());
    auto saved = model->save();
    auto usual = paths(learn, 3);
    if (usual.empty()) return 1;
    std::vector<float> all_scores;
    std::vector<std::uint8_t> all_labels;
    for (const auto& plant : plants()) {
        std::vector<float> scores;
        std::vector<std::uint8_t> labels;
        for (const auto& path : usual) {
            auto judge = AnomalyModel::load(saved, config);
            Player player(*judge);
            for (std::size_t i = 0; i < test.size(); ++i) {
                auto one = test[i];
                bool planted = i >= test.size() / 3 && i < 2 * test.size() / 3;
                if (planted) {
                    auto before = one.tracks.size();
                    plant.add({path}, i - test.size() / 3, one.tracks);
                    for (auto k = before; k < one.tracks.size(); ++k) {
                        if (one.tracks[k].id < 5000) one.tracks[k].id += 9000;
                        one.tracks[k].confirmed = true;
                        one.tracks[k].predicted = false;
                    }
                }
                scores.push_back(player.play(one, Timestamp()));
                labels.push_back(planted ? 1 : 0);
            }
        }
        fmt::print("{:62} AUC {:.3f}\n", plant.name, area_under_curve(scores, labels));
        all_scores.insert(all_scores.end(), scores.begin(), scores.end());
        all_labels.insert(all_labels.end(), labels.begin(), labels.end());
    }
    fmt::print(
        "{:62} AUC {:.3f} over {} frames\n",
        "all",
        area_under_curve(all_scores, all_labels),
        all_scores.size()
    );
    return 0;
}

int anomaly_real(int count, char** words) {
    float threshold = std::strtof(words[0], nullptr);
    int from = std::atoi(words[1]);
    AnomalyConfig config;
    config.learning_hours = 1e-3;
    config.learning_things = 1;
    auto model = AnomalyModel::make(config);
    Player player(*model);
    Timestamp base;
    for (int i = count - 1; i >= 2; --i) {
        auto dump = read_dump(words[i]);
        if (!dump) {
            std::cerr << dump.error().story() << '\n';
            return 1;
        }
        std::vector<float> scores;
        std::vector<std::uint8_t> labels;
        auto observations = observe(*dump, threshold);
        for (std::size_t frame = 0; frame < observations.size(); ++frame) {
            scores.push_back(player.play(observations[frame], base));
            labels.push_back(static_cast<int>(frame) >= from ? 1 : 0);
        }
        base += (observations.back().wall - Timestamp()) + std::chrono::seconds(20);
        if (i == 2) fmt::print("{} AUC {:.3f}\n", words[i], area_under_curve(scores, labels));
    }
    return 0;
}

}  // namespace proviso::behaviour
