#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>

#include <proviso/behaviour/health_watch.h>

#include "subjects.h"

namespace proviso::behaviour {

namespace {

/// How slowly the memory follows the picture.
constexpr double kMemorySeconds = 900;
/// Before that a camera has no picture of its own.
constexpr double kKnownSeconds = 60;
/// A new picture that has lasted so long is the camera's own.
constexpr double kAcceptSeconds = 3600;
/// Trouble ends when the picture has been itself for so long.
constexpr double kReleaseSeconds = 5;
/// A step of the light (lamps, the infrared filter) explains a changed picture for so long.
constexpr double kLightSeconds = 600;
constexpr double kLightStep = 0.12;
/// What becomes dark slower than this is dusk.
constexpr double kRecentSeconds = 120;
/// Minutes of darkness around this hour on earlier days, after which it is no news.
constexpr double kUsuallyDark = 15;
constexpr double kDarkFadesADay = 0.85;

/// How long each trouble must last before it is told, in the order of kHealthTroubles. A truck
/// passes within ten seconds; the sun blinds for half a minute.
constexpr std::array<double, 6> kHold{10, 30, 20, 10, 5, 30};

struct Numbers {
    double brightness = 0;
    double contrast = 0;
    double sharpness = 0;
    double changed = 0;
};

bool read(const PictureHealth& health, Numbers& numbers) {
    numbers = {health.brightness, health.contrast, health.sharpness, health.changed};
    for (double one : {numbers.brightness, numbers.contrast, numbers.sharpness, numbers.changed}) {
        if (!(one >= 0 && one <= 1)) return false;
    }
    return true;
}

}  // namespace

struct HealthWatch::Parts {
    struct Trouble {
        std::optional<double> since;
        double last = 0;
        Timestamp began;
        std::optional<Finding> open;
    };

    Pulse pulse;
    Numbers usual;
    double known = 0;
    double last = -1;
    double fast_brightness = 0;    // over some seconds
    double recent_brightness = 0;  // over some minutes
    double light_changed = -1e9;
    std::array<double, 24> dark_minutes{};  // by hour of the day, earlier days only
    std::array<double, 24> dark_today{};
    std::optional<Day> today;
    std::array<Trouble, kHealthTroubles.size()> troubles;
    std::uint64_t next_id = 1;

    bool suspicious() const {
        return std::any_of(troubles.begin(), troubles.end(), [](const Trouble& one) {
            return one.since.has_value();
        });
    }

    void remember(const Numbers& now, double seconds);
    void remember_hours(bool dark, Timestamp wall, double seconds);
    bool usually_dark(Timestamp wall) const;
    std::array<bool, kHealthTroubles.size()> judge(
        const Numbers& now, bool frozen, double at, Timestamp wall
    );
    Finding begin(std::size_t which, const Numbers& now, Timestamp wall) const;
    std::string why(std::size_t which, const Numbers& now) const;
    void end(Trouble& trouble, std::vector<Finding>& out);
};

void HealthWatch::Parts::remember(const Numbers& now, double seconds) {
    known += seconds;
    double share = 1 - std::exp(-seconds / std::clamp(known, 1.0, kMemorySeconds));
    usual.brightness += share * (now.brightness - usual.brightness);
    usual.contrast += share * (now.contrast - usual.contrast);
    usual.sharpness += share * (now.sharpness - usual.sharpness);
    recent_brightness +=
        (1 - std::exp(-seconds / kRecentSeconds)) * (now.brightness - recent_brightness);
}

void HealthWatch::Parts::remember_hours(bool dark, Timestamp wall, double seconds) {
    auto day = day_of(wall);
    if (today != day) {
        for (std::size_t hour = 0; hour < dark_minutes.size(); ++hour) {
            dark_minutes[hour] = kDarkFadesADay * (dark_minutes[hour] + dark_today[hour]);
        }
        dark_today.fill(0);
        today = day;
    }
    auto hour = std::chrono::floor<std::chrono::hours>(wall - day).count();
    if (dark) dark_today[static_cast<std::size_t>(hour)] += seconds / 60;
}

bool HealthWatch::Parts::usually_dark(Timestamp wall) const {
    auto hour = std::chrono::floor<std::chrono::hours>(wall - day_of(wall)).count();
    double minutes = 0;
    for (auto near : {hour + 23, hour, hour + 1}) {
        minutes += dark_minutes[static_cast<std::size_t>(near % 24)];
    }
    return minutes >= kUsuallyDark;
}

std::array<bool, kHealthTroubles.size()> HealthWatch::Parts::judge(
    const Numbers& now, bool frozen, double at, Timestamp wall
) {
    bool flat = now.contrast < 0.45 * usual.contrast || now.contrast < 0.03;
    bool soft = now.sharpness < 0.4 * usual.sharpness;
    bool lightless =
        now.contrast < 0.08 && (now.brightness < 0.05 || now.brightness < 0.25 * recent_brightness);
    bool sudden = now.brightness < 0.5 * recent_brightness && recent_brightness > 0.08;
    bool dark = lightless && sudden && !usually_dark(wall);
    bool bright = now.brightness > 0.9 && now.contrast < 0.15 && usual.brightness < 0.8;
    bool changed = now.changed > 0.55;
    bool covered = flat && soft && changed && !lightless && !bright;
    bool same_light = std::abs(now.brightness - usual.brightness) < 0.2;
    bool blurred = soft && !flat && same_light && usual.sharpness > 0.02;
    bool lit_anew = at - light_changed < kLightSeconds;
    bool moved = changed && !flat && !soft && !lit_anew;
    return {covered, blurred, moved, dark, frozen, bright};
}

std::string HealthWatch::Parts::why(std::size_t which, const Numbers& now) const {
    auto percent = [](double value) { return fmt::format("{:.0f} %", value * 100); };
    switch (which) {
        case 0:
            return fmt::format(
                "contrast fell from {} to {} and detail from {} to {}",
                percent(usual.contrast),
                percent(now.contrast),
                percent(usual.sharpness),
                percent(now.sharpness)
            );
        case 1:
            return fmt::format(
                "detail fell from {} to {} in the same light",
                percent(usual.sharpness),
                percent(now.sharpness)
            );
        case 2:
            return fmt::format(
                "{} of the structure is not where it used to be; told from 55 % on",
                percent(now.changed)
            );
        case 3:
            return fmt::format(
                "brightness fell from {} to {}", percent(usual.brightness), percent(now.brightness)
            );
        case 4: return "not one pixel has changed";
        default: break;
    }
    return fmt::format(
        "brightness rose from {} to {} with hardly any contrast left",
        percent(usual.brightness),
        percent(now.brightness)
    );
}

Finding HealthWatch::Parts::begin(std::size_t which, const Numbers& now, Timestamp wall) const {
    Finding finding;
    finding.rule = kHealthTroubles[which];
    finding.kind = "tamper";
    finding.severity = "alert";
    finding.title = fmt::format("Camera {}", kHealthTroubles[which]);
    finding.why = fmt::format(
        "the camera is {}: {}, for {:g} s now",
        kHealthTroubles[which],
        why(which, now),
        kHold[which]
    );
    auto round3 = [](double value) { return std::round(value * 1000) / 1000; };
    finding.numbers = {
        {"brightness", round3(now.brightness)},
        {"brightness_usual", round3(usual.brightness)},
        {"contrast", round3(now.contrast)},
        {"contrast_usual", round3(usual.contrast)},
        {"sharpness", round3(now.sharpness)},
        {"sharpness_usual", round3(usual.sharpness)},
        {"changed", round3(now.changed)},
        {"seconds", kHold[which]},
    };
    finding.box = {0, 0, 1, 1};
    finding.from = std::min(troubles[which].began, wall);
    finding.to = wall;
    return finding;
}

void HealthWatch::Parts::end(Trouble& trouble, std::vector<Finding>& out) {
    if (trouble.open) {
        trouble.open->ended = true;
        out.push_back(*trouble.open);
    }
    trouble = {};
}

HealthWatch::HealthWatch() : parts_(std::make_unique<Parts>()) {}

HealthWatch::HealthWatch(HealthWatch&&) noexcept = default;
HealthWatch& HealthWatch::operator=(HealthWatch&&) noexcept = default;
HealthWatch::~HealthWatch() = default;

std::vector<Finding> HealthWatch::take(const Observation& observation) {
    std::vector<Finding> out;
    auto& m = *parts_;
    Numbers now;
    if (!read(observation.health, now)) return out;
    if (!m.pulse.advance(observation.wall, observation.mono)) return out;
    const double at = m.pulse.now();
    const double seconds = m.last < 0 ? 0 : std::min(at - m.last, 60.0);
    if (m.last < 0) {
        m.usual = now;
        m.fast_brightness = m.recent_brightness = now.brightness;
    }
    m.last = at;
    if (std::abs(now.brightness - m.fast_brightness) > kLightStep) m.light_changed = at;
    m.fast_brightness += (1 - std::exp(-seconds / 5)) * (now.brightness - m.fast_brightness);
    auto verdicts = m.judge(now, observation.health.frozen, at, observation.wall);
    m.remember_hours(now.brightness < 0.08, observation.wall, seconds);
    if (m.known < kKnownSeconds) {
        verdicts.fill(false);
        verdicts[4] = observation.health.frozen;
    }
    for (std::size_t which = 0; which < verdicts.size(); ++which) {
        auto& trouble = m.troubles[which];
        if (verdicts[which]) {
            if (!trouble.since) {
                trouble.since = at;
                trouble.began = observation.wall;
            }
            trouble.last = at;
            if (!trouble.open && at - *trouble.since >= kHold[which]) {
                trouble.open = m.begin(which, now, observation.wall);
                trouble.open->id = m.next_id++;
                out.push_back(*trouble.open);
            }
            if (trouble.open) {
                trouble.open->to = std::max(trouble.open->from, observation.wall);
            }
        } else if (trouble.since && at - trouble.last > kReleaseSeconds) {
            m.end(trouble, out);
        }
        bool accepted = trouble.since && at - *trouble.since > kAcceptSeconds && which != 4;
        if (accepted) {
            m.end(trouble, out);
            m.usual = now;
            m.recent_brightness = now.brightness;
        }
    }
    if (!m.suspicious()) m.remember(now, seconds);
    return out;
}

std::vector<Finding> HealthWatch::relearn() {
    std::vector<Finding> out;
    for (auto& trouble : parts_->troubles) parts_->end(trouble, out);
    auto next_id = parts_->next_id;
    *parts_ = Parts();
    parts_->next_id = next_id;
    return out;
}

}  // namespace proviso::behaviour
