#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "rule_work.h"

namespace proviso::behaviour {

namespace {

constexpr double kLinger = 0.4;
constexpr double kRelease = 2;

/// What has to be so for a while, for each subject in the zone.
class MotionRule : public RuleWork {
public:
    using RuleWork::RuleWork;

protected:
    struct Case {
        bool holds = false;
        double value = 0;
    };

    virtual Case judge(const Subject& subject) = 0;
    virtual void describe(
        const Subject& subject, double value, double seconds, Telling& telling
    ) = 0;

    void reset() override { states_.clear(); }

    void forget(std::uint64_t key) override { states_.erase(key); }

private:
    struct State {
        Presence so;
        double extreme = 0;
    };

    void look(const Scene& scene) override {
        for (const auto* subject : scene.subjects) {
            if (!subject->seen || !plan().concerns(*subject)) continue;
            auto& state = states_[subject->key];
            auto found = judge(*subject);
            bool so = found.holds && plan().holds(subject->foot);
            bool before = state.so.inside;
            state.so.note(so, scene.now, kLinger);
            if (!state.so.inside) continue;
            if (so) state.extreme = before ? std::max(state.extreme, found.value) : found.value;
            if (!so || state.so.seconds() < plan().seconds) continue;
            Telling telling;
            telling.from = state.so.since;
            telling.tracks = subject->ids;
            telling.box = subject->box;
            describe(*subject, state.extreme, state.so.seconds(), telling);
            tell(subject->key, telling);
            keep(subject->key);
        }
        settle(kRelease);
    }

    std::map<std::uint64_t, State> states_;
};

class Running final : public MotionRule {
public:
    using MotionRule::MotionRule;

private:
    static constexpr double kWindow = 0.6;

    Case judge(const Subject& subject) override {
        auto moved = subject.moved(kWindow);
        if (!moved) return {};
        const auto& trail = subject.trail;
        double took = kWindow;
        for (auto one = trail.rbegin(); one != trail.rend(); ++one) {
            took = trail.back().at - one->at;
            if (took >= kWindow) break;
        }
        double pace = std::hypot(moved->x, moved->y) / std::max(took, 0.1);
        return {pace >= plan().speed, pace};
    }

    void describe(const Subject& subject, double value, double seconds, Telling& telling) override {
        telling.why = fmt::format(
            "{} moved at up to {:.1f} own heights a second for {:.1f} s{}; the rule tells from "
            "{:g} and {:g} s on",
            name_of(subject),
            value,
            seconds,
            plan().place(),
            plan().speed,
            plan().seconds
        );
        telling.numbers = {
            {"speed", round2(value)},
            {"limit", plan().speed},
            {"seconds", round2(seconds)},
            {"seconds_limit", plan().seconds},
        };
    }
};

class WrongWay final : public MotionRule {
public:
    using MotionRule::MotionRule;

private:
    static constexpr double kWindow = 1;
    /// Own heights in that time: below it somebody stands and shifts.
    static constexpr double kLeastMove = 0.25;
    static constexpr double kAgainst = 120;

    Case judge(const Subject& subject) override {
        auto moved = subject.moved(kWindow);
        if (!moved || std::hypot(moved->x, moved->y) < kLeastMove) return {};
        double heading = std::atan2(moved->x, -moved->y) * 180 / std::numbers::pi;
        double off = std::abs(std::remainder(heading - plan().spec.heading.value_or(0), 360.0));
        return {off >= kAgainst, off};
    }

    void describe(const Subject& subject, double value, double seconds, Telling& telling) override {
        telling.why = fmt::format(
            "{} moved {:.0f} degrees off the right way for {:.1f} s{}; the rule tells from {:.0f} "
            "degrees and {:g} s on",
            name_of(subject),
            value,
            seconds,
            plan().place(),
            kAgainst,
            plan().seconds
        );
        telling.numbers = {
            {"degrees", round2(value)},
            {"limit", kAgainst},
            {"seconds", round2(seconds)},
            {"seconds_limit", plan().seconds},
        };
    }
};

}  // namespace

std::unique_ptr<RuleWork> make_motion_rule(RulePlan plan) {
    if (plan.spec.kind == "running") return std::make_unique<Running>(std::move(plan));
    return std::make_unique<WrongWay>(std::move(plan));
}

}  // namespace proviso::behaviour
