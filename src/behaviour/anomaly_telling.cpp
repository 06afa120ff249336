#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "anomaly_parts.h"

namespace proviso::behaviour {

namespace {

constexpr double kSceneLimit = 2.5;
constexpr double kRelease = 3;
constexpr std::uint64_t kScene = 0;
constexpr std::array<std::string_view, kFeatures> kWords{
    "place", "time", "pace", "way", "size", "shape", "kind", "colour"};

/// So many seconds of a busy picture are a busy time.
constexpr double kWhile = 4.5;

std::string percent(double share) {
    return share < 0.001 ? "less than 0.1 %" : fmt::format("{:.1f} %", share * 100);
}

}  // namespace

std::string AnomalyModel::Parts::sentence(
    const Subject& subject, const Thing& thing, std::size_t which
) const {
    auto name = fmt::format("{} {}", to_string(subject.kind), subject.ids.back());
    auto share = percent(std::pow(10, -thing.smooth[which]));
    switch (static_cast<Feature>(which)) {
        case Feature::Place:
            return fmt::format("{} is where {} of all visits went before", name, share);
        case Feature::Time:
            return fmt::format("{} came at an hour that sees {} of all who come", name, share);
        case Feature::Pace:
            return fmt::format(
                "{} moves at {:.1f} own heights a second, and {} here were as unusual in pace",
                name,
                thing.signs.speed,
                share
            );
        case Feature::Way:
            return fmt::format("{} goes a way that {} here went before", name, share);
        case Feature::Size:
            return fmt::format("{} is of a size that {} here had before", name, share);
        case Feature::Shape:
            return fmt::format("{} is of a shape that {} here had before", name, share);
        case Feature::Kind:
            return fmt::format("{} is of a kind that {} here were before", name, share);
        case Feature::Colour: break;
    }
    return fmt::format("{} is {}, as {} were before", name, subject.colour, share);
}

Finding AnomalyModel::Parts::begin(const Scene& scene, const Subject& subject, const Thing& thing)
    const {
    std::size_t which = 0;
    double value = verdict(thing, which);
    Finding finding;
    finding.rule = finding.kind = "anomaly";
    finding.severity = "detection";
    finding.title = fmt::format("Unusual {}", kWords[which]);
    finding.why = fmt::format(
        "{}; its score is {:.1f}, told from {:.1f} on, after {:.0f} things in {:.0f} hours",
        sentence(subject, thing, which),
        value,
        limit(),
        usual.things,
        usual.hours
    );
    finding.numbers = {
        {"feature", kWords[which]},
        {"share", std::pow(10, -thing.smooth[which])},
        {"score", std::round(value * 100) / 100},
        {"limit", std::round(limit() * 100) / 100},
        {"things", std::round(usual.things)},
    };
    finding.tracks = subject.ids;
    finding.box = subject.box;
    auto ago = std::clamp(scene.now - std::max(0.0, thing.above_since), 0.0, 3600.0);
    finding.from = scene.wall - microseconds(static_cast<std::int64_t>(ago * 1e6));
    finding.to = scene.wall;
    return finding;
}

void AnomalyModel::Parts::tell_scene(
    const Scene& scene,
    std::string_view feature,
    double rarity,
    double value,
    std::string why,
    std::vector<Finding>& out
) {
    if (auto found = open.find(kScene); found != open.end()) {
        found->second.kept = scene.now;
        found->second.finding.to = std::max(found->second.finding.from, scene.wall);
        return;
    }
    auto& one = open[kScene];
    one.kept = scene.now;
    auto& finding = one.finding;
    finding.id = next_id++;
    finding.rule = finding.kind = "anomaly";
    finding.severity = "detection";
    finding.title = fmt::format("Unusual {}", feature);
    finding.why = std::move(why);
    finding.numbers = {
        {"feature", feature}, {"share", rarity}, {"value", value}, {"limit", kSceneLimit}};
    finding.from = finding.to = scene.wall;
    finding.box = {0, 0, 1, 1};
    out.push_back(finding);
}

double AnomalyModel::Parts::look_at_scene(
    const Observation& observation, const Scene& scene, double seconds, std::vector<Finding>& out
) {
    std::size_t number = 0;
    for (const auto* subject : scene.subjects) number += subject->seen ? 1 : 0;
    number = std::min(number, Usual::kMany - 1);
    auto hour = static_cast<std::size_t>(timezone.local(scene.wall).minute) / 60;
    float moving = std::isfinite(observation.activity) ? observation.activity : 0;
    auto level = tile(std::sqrt(std::clamp(moving, 0.0F, 1.0F)), Usual::kStir);
    double share = 1 - std::exp(-seconds / kWhile);
    double many = number > 0 ? usual.many_rarity(number) : 1;
    double stir = level > 0 ? usual.stir_rarity(hour, level) : 1;
    many_smooth += share * (evidence(many) - many_smooth);
    stir_smooth += share * (evidence(stir) - stir_smooth);
    bool ready = learned() >= 1;
    if (ready && many_smooth >= kSceneLimit) {
        tell_scene(
            scene,
            "number",
            many,
            static_cast<double>(number),
            fmt::format("{} at once, as in {} of the time before", number, percent(many)),
            out
        );
    } else if (ready && stir_smooth >= kSceneLimit) {
        tell_scene(
            scene,
            "movement",
            stir,
            std::round(moving * 1000) / 1000,
            fmt::format(
                "{:.0f} % of the picture moves, as in {} of the time at this hour",
                moving * 100,
                percent(stir)
            ),
            out
        );
    }
    // One long event is one event: it must not become usual while it lasts.
    auto tens = std::min(seconds, 10.0) / 10;
    auto weight = [&](double rarity) {
        return static_cast<float>(evidence(rarity) > 1.5 ? tens / 10 : tens);
    };
    usual.many[number] += weight(many);
    usual.stir[hour * Usual::kStir + level] += weight(stir);
    return std::max(many_smooth, 0.5 * stir_smooth);
}

void AnomalyModel::Parts::settle(const Scene& scene, std::vector<Finding>& out) {
    for (auto one = open.begin(); one != open.end();) {
        if (scene.now - one->second.kept > kRelease) {
            one->second.finding.ended = true;
            out.push_back(one->second.finding);
            one = open.erase(one);
        } else {
            ++one;
        }
    }
    for (auto key : scene.gone) {
        auto found = things.find(key);
        if (found == things.end()) continue;
        // Early scores only say how little is known.
        if (found->second.counted && learned() >= 0.3) {
            auto bin = static_cast<std::size_t>(std::max(0.0, found->second.highest) * 10);
            usual.scores[std::min(bin, usual.scores.size() - 1)] += 1;
        }
        things.erase(found);
    }
}

}  // namespace proviso::behaviour
