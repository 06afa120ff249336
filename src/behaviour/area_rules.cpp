#include <algorithm>

#include <fmt/format.h>

#include "rule_work.h"

namespace proviso::behaviour {

namespace {

/// At the edge of a zone feet flicker in and out; who is back within this never left.
constexpr double kLinger = 1;
constexpr double kLoiterLinger = 3;
/// Somebody behind a column is still in the zone.
constexpr double kUnseen = 2;
constexpr double kRelease = 2;

class AreaRule : public RuleWork {
public:
    using RuleWork::RuleWork;

protected:
    void note(const Scene& scene, double linger) {
        for (const auto* subject : scene.subjects) {
            if (!subject->seen || !plan().concerns(*subject)) continue;
            presences_[subject->key].note(plan().holds(subject->foot), scene.now, linger);
        }
    }

    const Presence& presence(const Subject& subject) { return presences_[subject.key]; }

    void reset() override { presences_.clear(); }

    void forget(std::uint64_t key) override { presences_.erase(key); }

    bool here(const Subject& subject, const Scene& scene) {
        auto found = presences_.find(subject.key);
        return found != presences_.end() && found->second.inside &&
               scene.now - found->second.last <= kUnseen;
    }

    std::map<std::uint64_t, Presence> presences_;
};

/// Everybody who comes while it lasts belongs to the one event.
class Intrusion final : public AreaRule {
public:
    using AreaRule::AreaRule;

private:
    static constexpr std::uint64_t kZone = 0;

    void look(const Scene& scene) override {
        note(scene, kLinger);
        for (const auto* subject : scene.subjects) {
            if (!subject->seen || !here(*subject, scene)) continue;
            const auto& now_inside = presence(*subject);
            bool qualifies = now_inside.last == scene.now && now_inside.seconds() >= plan().seconds;
            if (!qualifies) continue;
            if (!open(kZone) && !cooling(subject->key)) {
                Telling telling;
                telling.from = now_inside.since;
                telling.why = fmt::format(
                    "{} was{} for {:.1f} s since {}; the rule tells from {:g} s on",
                    name_of(*subject),
                    plan().spec.zone.empty() ? " in the picture" : plan().place(),
                    now_inside.seconds(),
                    plan().clock(since(scene, now_inside.since)),
                    plan().seconds
                );
                telling.numbers = {
                    {"seconds", round2(now_inside.seconds())}, {"limit", plan().seconds}};
                telling.tracks = subject->ids;
                telling.box = subject->box;
                tell(kZone, telling);
            }
            if (!open(kZone)) continue;
            keep(kZone);
            join(kZone, *subject);
            took_part_[subject->key] = scene.now;
        }
        bool before = open(kZone);
        // Somebody else is another event; only who took part is not told of again at once.
        settle(kRelease, false);
        if (before && !open(kZone)) {
            for (const auto& [key, at] : took_part_) cool(key);
            took_part_.clear();
        }
    }

    static Timestamp since(const Scene& scene, double from) {
        return scene.wall - microseconds(static_cast<std::int64_t>((scene.now - from) * 1e6));
    }

    void reset() override {
        AreaRule::reset();
        took_part_.clear();
    }

    void forget(std::uint64_t key) override {
        AreaRule::forget(key);
        took_part_.erase(key);
    }

    std::map<std::uint64_t, double> took_part_;
};

class Loitering final : public AreaRule {
public:
    using AreaRule::AreaRule;

private:
    void look(const Scene& scene) override {
        note(scene, kLoiterLinger);
        for (const auto* subject : scene.subjects) {
            if (!subject->seen || !here(*subject, scene)) continue;
            const auto& stay = presence(*subject);
            if (stay.seconds() < plan().seconds) continue;
            Telling telling;
            telling.from = stay.since;
            telling.why = fmt::format(
                "{} has stayed{} for {:.0f} s; the rule tells from {:g} s on",
                name_of(*subject),
                plan().place(),
                stay.seconds(),
                plan().seconds
            );
            telling.numbers = {{"seconds", round2(stay.seconds())}, {"limit", plan().seconds}};
            telling.tracks = subject->ids;
            telling.box = subject->box;
            tell(subject->key, telling);
            keep(subject->key);
        }
        settle(kLoiterLinger);
    }
};

class Crowd final : public AreaRule {
public:
    using AreaRule::AreaRule;

private:
    static constexpr std::uint64_t kZone = 0;

    void look(const Scene& scene) override {
        note(scene, kLinger);
        Telling telling;
        Box all;
        int people = 0;
        for (const auto* subject : scene.subjects) {
            if (!here(*subject, scene)) continue;
            ++people;
            telling.tracks.push_back(subject->ids.back());
            all = people == 1 ? subject->box : around(all, subject->box);
        }
        together_.note(people >= plan().count, scene.now, kLinger);
        most_ = together_.inside ? std::max(most_, people) : 0;
        if (together_.inside && people >= plan().count && together_.seconds() >= plan().seconds) {
            telling.from = together_.since;
            telling.why = fmt::format(
                "{} were together{} and at least {} for {:.1f} s; the rule tells from {} and {:g} "
                "s on",
                most_,
                plan().place(),
                plan().count,
                together_.seconds(),
                plan().count,
                plan().seconds
            );
            telling.numbers = {
                {"count", most_},
                {"limit", plan().count},
                {"seconds", round2(together_.seconds())},
                {"seconds_limit", plan().seconds},
            };
            telling.box = all;
            if (telling.tracks.size() > 32) telling.tracks.resize(32);
            tell(kZone, telling);
        }
        if (together_.inside) keep(kZone);
        settle(kRelease);
    }

    static Box around(const Box& a, const Box& b) {
        Box both;
        both.x = std::min(a.x, b.x);
        both.y = std::min(a.y, b.y);
        both.w = std::max(a.x + a.w, b.x + b.w) - both.x;
        both.h = std::max(a.y + a.h, b.y + b.h) - both.y;
        return both;
    }

    void reset() override {
        AreaRule::reset();
        together_ = {};
        most_ = 0;
    }

    Presence together_;
    int most_ = 0;
};

class AreaCount final : public AreaRule {
public:
    using AreaRule::AreaRule;

    void count(std::vector<Count>& out) const override {
        out.push_back({plan().spec.name, plan().spec.zone, in_, out_of_, in_ - out_of_});
    }

private:
    void look(const Scene& scene) override {
        for (const auto* subject : scene.subjects) {
            if (!subject->seen || !plan().concerns(*subject)) continue;
            auto& one = presences_[subject->key];
            bool before = one.inside;
            one.note(plan().holds(subject->foot), scene.now, kLinger);
            if (!before && one.inside) ++in_;
            if (before && !one.inside) ++out_of_;
        }
    }

    void forget(std::uint64_t key) override {
        auto found = presences_.find(key);
        if (found == presences_.end()) return;
        if (found->second.inside) ++out_of_;
        presences_.erase(found);
    }

    void reset() override {
        for (const auto& [key, one] : presences_) out_of_ += one.inside ? 1 : 0;
        presences_.clear();
    }

    std::uint64_t in_ = 0;
    std::uint64_t out_of_ = 0;
};

}  // namespace

std::unique_ptr<RuleWork> make_area_rule(RulePlan plan) {
    if (plan.spec.kind == "intrusion") return std::make_unique<Intrusion>(std::move(plan));
    if (plan.spec.kind == "loitering") return std::make_unique<Loitering>(std::move(plan));
    if (plan.spec.kind == "crowd") return std::make_unique<Crowd>(std::move(plan));
    return std::make_unique<AreaCount>(std::move(plan));
}

}  // namespace proviso::behaviour
