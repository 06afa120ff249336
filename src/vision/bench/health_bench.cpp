#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include <proviso/behaviour/health_watch.h>
#include <proviso/vision/footage.h>

#include "clips.h"
#include "health.h"

namespace proviso::vision {
namespace {

using std::chrono::seconds;

/// Grey pictures of a clip, as far apart as an idle camera's key frames.
constexpr double kApart = 2;
constexpr int kWide = 640;
constexpr seconds kUsual{300};
constexpr seconds kTrouble{90};

std::vector<cv::Mat> pictures_of(const std::filesystem::path& file, double fps) {
    std::vector<cv::Mat> pictures;
    double next = 0;
    double at = 0;
    auto read = decode_all(file, [&](const DecodedPicture& picture) {
        if (at >= next) {
            cv::Mat grey(
                picture.height,
                picture.width,
                CV_8U,
                const_cast<std::uint8_t*>(picture.y),  // NOLINT: cv::Mat has no view of const
                static_cast<std::size_t>(picture.y_stride)
            );
            cv::Mat small;
            auto high = kWide * picture.height / picture.width / 2 * 2;
            cv::resize(grey, small, {kWide, high}, 0, 0, cv::INTER_AREA);
            pictures.push_back(small);
            next += kApart;
        }
        at += 1 / fps;
    });
    if (!read) fmt::print("  {}\n", read.error().story());
    return pictures;
}

struct Trouble {
    std::string_view name;
    std::string_view told_as;  ///< of behaviour::kHealthTroubles; empty: must not be told at all
    std::function<cv::Mat(const cv::Mat&)> of;
};

cv::Mat blurred(const cv::Mat& from, double share) {
    cv::Mat to;
    cv::GaussianBlur(from, to, {}, from.cols * share);
    return to;
}

cv::Mat lit(const cv::Mat& from, double times, double plus) {
    cv::Mat to;
    from.convertTo(to, CV_8U, times, plus);
    return to;
}

cv::Mat shifted(const cv::Mat& from, double share) {
    cv::Mat to;
    auto by = static_cast<int>(from.cols * share);
    cv::copyMakeBorder(from.colRange(by, from.cols), to, 0, 0, 0, by, cv::BORDER_REFLECT_101);
    return to;
}

const std::vector<Trouble>& troubles() {
    static const std::vector<Trouble> all{
        {"a cloth over it", "covered", [](auto& p) { return lit(blurred(p, 0.12), 0.3, 30); }},
        {"sprayed", "covered", [](auto& p) { return lit(blurred(p, 0.06), 0.3, 110); }},
        {"out of focus", "blurred", [](auto& p) { return blurred(p, 0.008); }},
        {"dirt on the lens", "blurred", [](auto& p) { return blurred(p, 0.016); }},
        {"turned by a third", "moved", [](auto& p) { return shifted(p, 0.33); }},
        {"turned by a tenth", "moved", [](auto& p) { return shifted(p, 0.1); }},
        {"lights out", "dark", [](auto& p) { return lit(p, 0.03, 2); }},
        {"a lamp into the lens", "overexposed", [](auto& p) { return lit(p, 0.1, 240); }},
        {"the lamp of a car", "", [](auto& p) { return lit(p, 1, 40); }},
        {"half the light", "", [](auto& p) { return lit(p, 0.5, 0); }},
    };
    return all;
}

/// What was told in a stretch of time, with how long after its begin.
std::map<std::string, double> tell(
    const std::vector<cv::Mat>& pictures, const Trouble* trouble, std::size_t& false_alarms
) {
    HealthGauge gauge;
    behaviour::HealthWatch watch;
    cv::RNG noise(7);
    std::map<std::string, double> told;
    const Timestamp begin(seconds(1'800'000'000));
    const auto all = kUsual + (trouble == nullptr ? kUsual : kTrouble);
    for (std::size_t i = 0; std::chrono::duration<double>(kApart * double(i)) < all; ++i) {
        auto since = microseconds(static_cast<std::int64_t>(kApart * double(i) * 1e6));
        const bool in_trouble = trouble != nullptr && since >= kUsual;
        auto picture = pictures[i % pictures.size()];
        if (in_trouble) picture = trouble->of(picture);
        cv::Mat grain(picture.size(), CV_16S);
        noise.fill(grain, cv::RNG::NORMAL, 0, 1.5);
        cv::Mat seen;
        cv::add(picture, grain, seen, cv::noArray(), CV_8U);
        Planes planes;
        planes.width = seen.cols;
        planes.height = seen.rows;
        planes.y = seen.data;
        planes.y_stride = seen.cols;
        behaviour::Observation one;
        one.wall = begin + since;
        one.mono = MonoTime(one.wall.time_since_epoch());
        one.health = gauge.take(planes, one.wall);
        for (const auto& finding : watch.take(one)) {
            if (finding.ended) continue;
            if (in_trouble) {
                told.emplace(finding.rule, std::chrono::duration<double>(since - kUsual).count());
            } else {
                ++false_alarms;
            }
        }
    }
    return told;
}

}  // namespace

void bench_health(const std::filesystem::path& assets) {
    constexpr auto kClips = std::to_array<std::pair<const char*, double>>(
        {{"corridor_people.mp4", 12},
         {"loiter_table.mp4", 10},
         {"empty_room.mp4", 12},
         {"carpark_cars.mp4", 10},
         {"store_aisle.mp4", 10},
         {"faces_walk_three.mp4", 25},
         {"lowlight_loiter_synth.mp4", 10}}
    );
    fmt::print(
        "\ncamera health: {} s as usual (the clip over and over), then {} s of a trouble made from "
        "it, one picture every {:g} s\n",
        kUsual.count(),
        kTrouble.count(),
        kApart
    );
    std::map<std::string_view, std::array<std::size_t, 3>> found;  // right, otherwise, nothing
    std::map<std::string_view, std::vector<double>> delays;
    std::size_t false_alarms = 0;
    std::size_t clips = 0;
    for (const auto& [name, fps] : kClips) {
        auto pictures = pictures_of(assets / "footage" / name, fps);
        if (pictures.empty()) continue;
        ++clips;
        tell(pictures, nullptr, false_alarms);
        for (const auto& trouble : troubles()) {
            auto told = tell(pictures, &trouble, false_alarms);
            auto& counts = found[trouble.name];
            if (auto right = told.find(std::string(trouble.told_as)); right != told.end()) {
                ++counts[0];
                delays[trouble.name].push_back(right->second);
            } else {
                ++counts[told.empty() ? 2 : 1];
                for (const auto& [what, after] : told) {
                    fmt::print("    {}: '{}' was told as {}\n", name, trouble.name, what);
                }
            }
        }
    }
    fmt::print("  {:<24} {:>8} {:>10} {:>8} {:>12}\n", "", "told", "otherwise", "nothing", "after");
    for (const auto& trouble : troubles()) {
        const auto& counts = found[trouble.name];
        auto& after = delays[trouble.name];
        std::sort(after.begin(), after.end());
        fmt::print(
            "  {:<24} {:>5}/{:<2} {:>10} {:>8} {:>12}\n",
            trouble.name,
            counts[0],
            clips,
            counts[1],
            counts[2],
            after.empty() ? "" : fmt::format("{:.0f} s", after[after.size() / 2])
        );
    }
    fmt::print(
        "  told while nothing was wrong: {} times in {:.1f} hours\n",
        false_alarms,
        double(clips) * double((kUsual * 2 + kUsual * troubles().size()).count()) / 3600
    );
}

}  // namespace proviso::vision
