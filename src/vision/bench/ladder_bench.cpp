#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <opencv2/video/background_segm.hpp>

#include <proviso/behaviour/accuracy.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/footage.h>

#include "clips.h"
#include "decoder.h"

namespace proviso::vision {
namespace {

using behaviour::Observation;

constexpr int kRounds = 3;

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double seconds_of(const std::vector<media::PacketPtr>& packets) {
    return double(packets.back()->dts - packets.front()->dts) / 90'000 + 0.04;
}

/// CPU seconds per camera-hour.
double look_at(const std::vector<media::PacketPtr>& packets, const EyeConfig& config) {
    auto eye = Eye::open(config).value();
    auto before = cpu_seconds();
    for (const auto& packet : packets) (void)eye->look(*packet);
    return (cpu_seconds() - before) * 3600 / seconds_of(packets);
}

double decode_all_with_mog2(const std::vector<media::PacketPtr>& packets, bool model) {
    auto decoder = Decoder::open(packets.front()->codec).value();
    auto background = cv::createBackgroundSubtractorMOG2();
    cv::Mat foreground;
    auto before = cpu_seconds();
    for (const auto& packet : packets) {
        auto decoded = decoder->decode(packet->data, packet->key_frame, packet->pts);
        if (!decoded || !*decoded || !model) continue;
        const auto& picture = decoder->picture();
        cv::Mat luma(
            picture.height,
            picture.width,
            CV_8UC1,
            const_cast<std::uint8_t*>(picture.y),
            static_cast<std::size_t>(picture.y_stride)
        );
        background->apply(luma, foreground);
    }
    return (cpu_seconds() - before) * 3600 / seconds_of(packets);
}

void row(
    const std::string& what, const std::vector<double>& idle, const std::vector<double>& busy
) {
    fmt::print("  {:<58} {:>7.1f} {:>7.1f}\n", what, median(idle), median(busy));
}

struct Kept {
    double people = 0;   // share of person-pictures with a track
    double entries = 0;  // share of people of whom something was told within 2 s
    std::uint64_t decoded = 0;
};

Kept recall(
    const std::vector<media::PacketPtr>& packets,
    const std::vector<behaviour::MarkedBox>& marked,
    double fps,
    bool always_awake
) {
    EyeConfig config;
    config.always_awake = always_awake;
    auto eye = Eye::open(config).value();
    std::vector<Observation> seen;
    for (const auto& packet : packets) {
        auto looked = eye->look(*packet);
        if (looked && *looked) seen.push_back(**std::move(looked));
    }
    std::size_t countable = 0;
    std::size_t found = 0;
    std::map<std::int64_t, std::pair<double, double>> people;  // first there, first told
    for (const auto& mark : marked) {
        auto at = mark.frame / fps;
        auto& person = people.try_emplace(mark.id, at, 1e9).first->second;
        auto after =
            std::lower_bound(seen.begin(), seen.end(), at, [](const auto& one, double time) {
                return double(one.pts) / 90'000 < time;
            });
        // While nothing moves, what was said last holds.
        const Observation* nearest = nullptr;
        if (after != seen.end() && double(after->pts) / 90'000 - at < 0.15) {
            nearest = &*after;
        } else if (after != seen.begin()) {
            nearest = &*std::prev(after);
        }
        ++countable;
        if (nearest == nullptr) continue;
        auto told =
            std::any_of(nearest->tracks.begin(), nearest->tracks.end(), [&](const auto& track) {
                return behaviour::overlap(track.box, mark.box) > 0.3F;
            });
        if (!told) continue;
        ++found;
        person.second = std::min(person.second, at);
    }
    std::size_t soon = 0;
    for (const auto& [id, times] : people) soon += times.second - times.first <= 2 ? 1 : 0;
    return {
        double(found) / double(countable),
        double(soon) / double(people.size()),
        seen.empty() ? 0 : seen.back().decoded};
}

}  // namespace

void bench_ladder(const Clips& clips) {
    auto still = packets_of(clips.still).value();
    auto busy = packets_of(clips.busy).value();
    EyeConfig ladder;
    ladder.detect = false;
    EyeConfig whole;
    whole.static_objects = true;
    std::vector<std::vector<double>> idle_costs(5);
    std::vector<std::vector<double>> busy_costs(5);
    for (int round = 0; round < kRounds; ++round) {
        for (auto* which : {&still, &busy}) {
            auto& costs = which == &still ? idle_costs : busy_costs;
            costs[0].push_back(decode_all_with_mog2(*which, true));
            costs[1].push_back(decode_all_with_mog2(*which, false));
            costs[2].push_back(look_at(*which, ladder));
            costs[3].push_back(look_at(*which, whole));
            auto awake = ladder;
            awake.always_awake = true;
            costs[4].push_back(look_at(*which, awake));
        }
    }
    fmt::print("CPU s per camera-hour, 640x360 H.264, 25 pictures/s       idle    busy\n");
    row("decode everything + MOG2 on grey", idle_costs[0], busy_costs[0]);
    row("decode everything, look at nothing", idle_costs[1], busy_costs[1]);
    row("Eye that never sleeps, before detectors", idle_costs[4], busy_costs[4]);
    row("Eye, before detectors", idle_costs[2], busy_costs[2]);
    row("Eye with embedded detector, tracks, objects, health", idle_costs[3], busy_costs[3]);
}

void bench_recall(const std::filesystem::path& assets, const std::filesystem::path& folder) {
    struct Clip {
        const char* name;
        double fps;
        int width, height;
    };

    fmt::print("\nRecall kept by the ladder (embedded detector, overlap 0.3)\n");
    fmt::print(
        "  clip as sub stream        people found: ladder / never sleeps   told within 2 s       "
        "pictures decoded\n"
    );
    for (const auto& clip :
         {Clip{"corridor_people", 12, 768, 432}, Clip{"loiter_table", 10, 768, 432}}) {
        auto footage = assets / "footage" / (std::string(clip.name) + ".mp4");
        auto sub = as_sub_stream(folder, footage);
        if (!sub) {
            fmt::print("  {}: {}\n", clip.name, sub.error().story());
            continue;
        }
        std::ifstream in(assets / "footage" / (std::string(clip.name) + ".gt.txt"));
        std::stringstream text;
        text << in.rdbuf();
        auto marked = behaviour::read_marked_boxes(text.str(), clip.width, clip.height, 1).value();
        auto packets = packets_of(*sub).value();
        auto with = recall(packets, marked, clip.fps, false);
        auto without = recall(packets, marked, clip.fps, true);
        fmt::print(
            "  {:<25} {:.3f} / {:.3f}                       {:.2f} / {:.2f}       {} / {} of {}\n",
            clip.name,
            with.people,
            without.people,
            with.entries,
            without.entries,
            with.decoded,
            without.decoded,
            packets.size()
        );
    }
}

}  // namespace proviso::vision
