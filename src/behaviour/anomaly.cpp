#include <algorithm>
#include <cmath>

#include "anomaly_parts.h"

namespace proviso::behaviour {

namespace {

constexpr int kVersion = 1;
constexpr double kNeverBelow = 1.7;
/// A value of one moment is noise; of a second or two, a fact.
constexpr double kMoment = 1.5;
/// Somebody who stands is learned again every so many seconds.
constexpr double kAgain = 3;

}  // namespace

double evidence(double rarity) { return -std::log10(std::clamp(rarity, 1e-6, 1.0)); }

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
        auto signs = signs_of(*subject, hour);
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
