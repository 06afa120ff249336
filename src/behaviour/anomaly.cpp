#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include <fmt/format.h>

#include <proviso/behaviour/anomaly.h>
#include <proviso/behaviour/appearance.h>
#include <proviso/behaviour/time_zone.h>

#include "subjects.h"
#include "usual.h"

namespace proviso::behaviour {

namespace {

constexpr int kVersion = 1;
constexpr double kNeverBelow = 1.7;
/// A value of one moment is noise; of a second or two, a fact.
constexpr double kMoment = 1.5;
/// Somebody who stands is learned again every so many seconds.
constexpr double kAgain = 3;
constexpr double kSceneLimit = 2.5;
constexpr double kRelease = 3;
constexpr std::uint64_t kScene = 0;
constexpr double kSlow = 0.25;  // own heights a second: no way to speak of

constexpr std::array<std::string_view, kFeatures> kWords{
    "place", "time", "pace", "way", "size", "shape", "kind", "colour"};

constexpr std::array<double, 7> kPaces{0.15, 0.4, 0.7, 1.0, 1.4, 1.9, 2.6};
constexpr std::array<float, 5> kShapes{0.6F, 1.0F, 1.5F, 2.0F, 2.8F};

template <class List, class Value>
std::size_t bin_of(const List& edges, Value value) {
    return static_cast<std::size_t>(
        std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()
    );
}

std::size_t tile(float fraction, std::size_t count) {
    float inside = std::clamp(fraction, 0.0F, 0.9999F);
    return static_cast<std::size_t>(inside * static_cast<float>(count));
}

double evidence(double rarity) { return -std::log10(std::clamp(rarity, 1e-6, 1.0)); }

/// What one sighting is, in bins.
struct Signs {
    std::size_t place = 0;
    std::size_t part = 0;
    std::size_t hour = 0;
    std::size_t pace = 0;
    std::size_t way = 0;
    std::size_t size = 0;
    std::size_t shape = 0;
    std::size_t kind = 0;
    std::size_t colour = 0;
    double speed = 0;
    bool paced = false;
    bool moving = false;
    bool whole = false;
    bool coloured = false;

    friend bool operator==(const Signs& a, const Signs& b) {
        return a.place == b.place && a.pace == b.pace && a.way == b.way && a.size == b.size &&
               a.shape == b.shape;
    }
};

struct Thing {
    std::array<double, kFeatures> smooth{};
    std::array<double, kFeatures> rare{};  // the share behind the evidence now
    double last = -1;
    double learned_at = -1e9;
    double highest = 0;
    double above_since = -1;
    Signs signs;
    bool counted = false;
    bool told = false;
};

struct Open {
    Finding finding;
    double kept = 0;
};

std::string percent(double share) {
    return share < 0.001 ? "less than 0.1 %" : fmt::format("{:.1f} %", share * 100);
}

}  // namespace

struct AnomalyModel::Parts {
    AnomalyConfig config;
    TimeZone timezone;
    Usual usual;
    Pulse pulse;
    Subjects subjects;
    std::map<std::uint64_t, Thing> things;
    std::map<std::uint64_t, Open> open;
    std::array<float, Usual::kGrid * Usual::kGrid> places{};
    double places_at = -1e9;
    double last = -1;
    double faded_at = 0;
    double score = 0;
    double many_smooth = 0;
    double stir_smooth = 0;
    float aspect = 16.0F / 9.0F;
    std::uint64_t next_id = 1;

    double learned() const;
    double limit() const;
    Signs signs_of(const Subject& subject, std::size_t hour) const;
    void compare(Thing& thing, const Signs& signs, double seconds);
    void learn(Thing& thing, const Signs& signs, double now);
    double verdict(const Thing& thing, std::size_t& which) const;
    Finding begin(const Scene& scene, const Subject& subject, const Thing& thing) const;
    std::string sentence(const Subject& subject, const Thing& thing, std::size_t which) const;
    double look_at_scene(
        const Observation& observation,
        const Scene& scene,
        double seconds,
        std::vector<Finding>& out
    );
    void tell_scene(
        const Scene& scene,
        std::string_view feature,
        double rarity,
        double value,
        std::string why,
        std::vector<Finding>& out
    );
    void settle(const Scene& scene, std::vector<Finding>& out);
};

double AnomalyModel::Parts::learned() const {
    double by_hours = usual.hours / std::max(config.learning_hours, 1e-6);
    double by_things = usual.things / std::max(config.learning_things, 1e-6);
    return std::clamp(std::min(by_hours, std::max(by_things, by_hours / 4)), 0.0, 1.0);
}

double AnomalyModel::Parts::limit() const {
    double all = 0;
    for (float count : usual.scores) all += count;
    double watched = 0;
    for (float hours : usual.watched) watched += hours;
    if (all <= 0 || watched <= 0) return kNeverBelow;
    double a_day = all * 24 / std::max(watched, 1.0);
    double share = std::min(1.0, config.told_per_day / a_day);
    double above = 0;
    std::size_t bin = usual.scores.size();
    while (bin > 0 && above + usual.scores[bin - 1] <= share * all) above += usual.scores[--bin];
    return std::max(kNeverBelow, static_cast<double>(bin) / 10);
}

Signs AnomalyModel::Parts::signs_of(const Subject& subject, std::size_t hour) const {
    const auto& now = subject.trail.back();
    Signs signs;
    signs.hour = hour;
    signs.place =
        tile(subject.foot.y, Usual::kGrid) * Usual::kGrid + tile(subject.foot.x, Usual::kGrid);
    signs.part =
        tile(subject.foot.y, Usual::kParts) * Usual::kParts + tile(subject.foot.x, Usual::kParts);
    constexpr double kWindow = 0.6;
    if (auto moved = subject.moved(kWindow)) {
        signs.paced = true;
        signs.speed = std::hypot(moved->x, moved->y) / kWindow;
        signs.pace = bin_of(kPaces, signs.speed);
        signs.moving = signs.speed >= kSlow;
        double turn = std::atan2(moved->x, -moved->y) / (2 * std::numbers::pi) * 8;
        signs.way = static_cast<std::size_t>(std::lround(turn + 8)) % 8;
    }
    signs.whole = !now.cut;
    double octaves = std::log2(std::max(now.height, 0.01F) / 0.02F) * 1.5;
    signs.size = static_cast<std::size_t>(std::clamp(octaves, 0.0, 9.0));
    signs.shape = bin_of(kShapes, now.height / std::max(now.width, 1e-4F));
    signs.kind = std::min<std::size_t>(static_cast<std::size_t>(subject.kind), 7);
    auto colour = std::find(kColours.begin(), kColours.end(), subject.colour);
    signs.coloured = colour != kColours.end();
    signs.colour = static_cast<std::size_t>(colour - kColours.begin());
    return signs;
}

void AnomalyModel::Parts::compare(Thing& thing, const Signs& signs, double seconds) {
    std::array<double, kFeatures> rare;
    rare.fill(1);
    auto set = [&](Feature feature, double value) {
        rare[static_cast<std::size_t>(feature)] = value;
    };
    set(Feature::Place, places[signs.place]);
    set(Feature::Time, usual.hour_rarity(signs.hour));
    if (signs.paced) set(Feature::Pace, usual.pace.rarity(signs.part, signs.pace));
    if (signs.moving) set(Feature::Way, usual.way.rarity(signs.part, signs.way));
    if (signs.whole) set(Feature::Size, usual.size.rarity(signs.part, signs.size));
    if (signs.whole) set(Feature::Shape, usual.shape.rarity(signs.part, signs.shape));
    set(Feature::Kind, usual.kind.rarity(signs.part, signs.kind));
    // Colours depend on the light: half the weight.
    if (signs.coloured) set(Feature::Colour, std::sqrt(usual.colour.rarity(0, signs.colour)));
    double share = thing.last < 0 ? 0.3 : 1 - std::exp(-seconds / kMoment);
    for (std::size_t i = 0; i < kFeatures; ++i) {
        thing.smooth[i] += share * (evidence(rare[i]) - thing.smooth[i]);
    }
    thing.rare = rare;
}

void AnomalyModel::Parts::learn(Thing& thing, const Signs& signs, double now) {
    bool same = thing.counted && signs == thing.signs;
    if (same && now - thing.learned_at < kAgain) return;
    const bool first = !thing.counted;
    if (first) {
        thing.counted = true;
        usual.things += 1;
        usual.arrivals[signs.hour] += 1;
        usual.kind.learn(signs.part, signs.kind);
    }
    // Before that, all is rare because nothing is known.
    if (learned() >= 0.3) {
        for (std::size_t i = 0; i < kFeatures; ++i) {
            usual.learn_level(static_cast<Feature>(i), thing.smooth[i]);
        }
    }
    usual.place[signs.place] += 1;
    if (!first && signs.part != thing.signs.part) usual.kind.learn(signs.part, signs.kind);
    if (signs.paced) usual.pace.learn(signs.part, signs.pace);
    if (signs.moving) usual.way.learn(signs.part, signs.way);
    if (signs.whole) usual.size.learn(signs.part, signs.size);
    if (signs.whole) usual.shape.learn(signs.part, signs.shape);
    if (signs.coloured && (first || signs.colour != thing.signs.colour)) {
        usual.colour.learn(0, signs.colour);
    }
    thing.signs = signs;
    thing.learned_at = now;
}

double AnomalyModel::Parts::verdict(const Thing& thing, std::size_t& which) const {
    double first = 0;
    double second = 0;
    which = 0;
    for (std::size_t i = 0; i < kFeatures; ++i) {
        double weight = usual.weigh(static_cast<Feature>(i), thing.smooth[i]);
        if (weight > first) {
            second = first;
            first = weight;
            which = i;
        } else {
            second = std::max(second, weight);
        }
    }
    return first + 0.5 * second;
}

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
    double share = 1 - std::exp(-seconds / (3 * kMoment));
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

AnomalyModel::AnomalyModel(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

AnomalyModel::AnomalyModel(AnomalyModel&&) noexcept = default;
AnomalyModel& AnomalyModel::operator=(AnomalyModel&&) noexcept = default;
AnomalyModel::~AnomalyModel() = default;

Result<AnomalyModel> AnomalyModel::make(AnomalyConfig config) {
    auto parts = std::make_unique<Parts>();
    if (!config.timezone.empty()) {
        auto zone = PROVISO_TRY(TimeZone::load(config.timezone));
        parts->timezone = std::move(zone);
    }
    parts->config = std::move(config);
    return AnomalyModel(std::move(parts));
}

Result<AnomalyModel> AnomalyModel::load(const Json& saved, AnomalyConfig config) {
    auto model = PROVISO_TRY(make(std::move(config)));
    bool known = saved.is_object() && saved.value("version", Json()) == Json(kVersion);
    if (!known || !model.parts_->usual.load(saved)) {
        return Error(
            ErrorKind::Corrupt, "what was learned before is not readable", "begin to learn anew"
        );
    }
    return model;
}

std::vector<Finding> AnomalyModel::take(const Observation& observation) {
    std::vector<Finding> out;
    auto& m = *parts_;
    if (!m.pulse.advance(observation.wall, observation.mono)) return out;
    if (observation.width > 0 && observation.height > 0) {
        m.aspect = std::clamp(
            static_cast<float>(observation.width) / static_cast<float>(observation.height),
            0.05F,
            20.0F
        );
    }
    Scene scene;
    scene.wall = observation.wall;
    scene.now = m.pulse.now();
    scene.aspect = m.aspect;
    m.subjects.take(observation, scene);
    // A camera that was away has not watched.
    double seconds = m.last < 0 ? 0 : std::clamp(scene.now - m.last, 0.0, 60.0);
    m.last = scene.now;
    auto local = m.timezone.local(scene.wall);
    auto hour =
        static_cast<std::size_t>(local.weekday) * 24 + static_cast<std::size_t>(local.minute) / 60;
    if (scene.now - m.places_at >= 1) {
        m.places = m.usual.place_rarity();
        m.places_at = scene.now;
    }
    m.score = m.look_at_scene(observation, scene, seconds, out);
    const double limit = m.limit();
    const bool ready = m.learned() >= 1;
    for (const auto* subject : scene.subjects) {
        if (!subject->seen) continue;
        auto& thing = m.things[subject->key];
        auto signs = m.signs_of(*subject, hour);
        m.compare(thing, signs, thing.last < 0 ? 0 : std::min(scene.now - thing.last, 5.0));
        thing.last = scene.now;
        m.learn(thing, signs, scene.now);
        thing.signs.speed = signs.speed;
        std::size_t which = 0;
        double value = m.verdict(thing, which);
        thing.highest = std::max(thing.highest, value);
        m.score = std::max(m.score, value);
        if (value < limit) {
            thing.above_since = -1;
            continue;
        }
        if (thing.above_since < 0) thing.above_since = scene.now;
        auto found = m.open.find(subject->key);
        if (found != m.open.end()) {
            found->second.kept = scene.now;
            found->second.finding.to = std::max(found->second.finding.from, scene.wall);
        } else if (ready && !thing.told && m.open.size() < 64) {
            thing.told = true;
            auto& one = m.open[subject->key];
            one.finding = m.begin(scene, *subject, thing);
            one.finding.id = m.next_id++;
            one.kept = scene.now;
            out.push_back(one.finding);
        }
    }
    m.settle(scene, out);
    m.usual.hours += seconds / 3600;
    m.usual.watched[hour] += static_cast<float>(seconds / 3600);
    if (scene.now - m.faded_at >= 3600) {
        double hours = (scene.now - m.faded_at) / 3600;
        double half_life = 24 * std::max(m.config.half_life_days, 0.01);
        m.usual.fade(static_cast<float>(std::exp2(-hours / half_life)));
        m.faded_at = scene.now;
    }
    return out;
}

std::vector<Finding> AnomalyModel::finish() {
    std::vector<Finding> out;
    for (auto& [key, one] : parts_->open) {
        one.finding.ended = true;
        out.push_back(one.finding);
    }
    parts_->open.clear();
    return out;
}

double AnomalyModel::learned() const { return parts_->learned(); }

double AnomalyModel::score() const { return parts_->score; }

double AnomalyModel::limit() const { return parts_->limit(); }

Json AnomalyModel::save() const {
    auto json = parts_->usual.save();
    json["version"] = kVersion;
    return json;
}

}  // namespace proviso::behaviour
