#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "geometry.h"
#include "rule_work.h"

namespace proviso::behaviour {

namespace {

/// Which side of a line somebody is on, once far enough from it to be sure.
struct Side {
    int settled = 0;  // -1 left, +1 right of the arrow
    int raw = 0;
    Point last;
    double last_at = 0;
    bool through = false;  // the last change of side went through the line, not around its end

    /// +1 crossed in, -1 crossed out, 0 neither.
    int note(Point foot, double now, float height, const Polygon& line);
};

int Side::note(Point foot, double now, float height, const Polygon& line) {
    float distance = side_of(line[0], line[1], foot);
    // Feet jitter by some share of the body; who stands on the line has not crossed it.
    float margin = std::clamp(0.08F * height, 0.004F, 0.02F);
    int here = distance > 0 ? 1 : distance < 0 ? -1 : raw;
    if (raw != 0 && here != raw) through = segments_cross(last, foot, line[0], line[1]);
    raw = here;
    last = foot;
    last_at = now;
    if (std::abs(distance) < margin || here == settled) return 0;
    int before = settled;
    settled = here;
    return before != 0 && through ? here : 0;
}

class LineRule : public RuleWork {
public:
    using RuleWork::RuleWork;

protected:
    virtual void crossed(const Subject& subject, int way, double from, const Scene& scene) = 0;

    void reset() override { sides_.clear(); }

    void forget(std::uint64_t key) override { sides_.erase(key); }

    static std::string_view word(int way) { return way > 0 ? "in" : "out"; }

    bool asked_for(int way) const {
        const auto& direction = plan().spec.direction;
        return direction == "any" || direction == word(way);
    }

private:
    void look(const Scene& scene) override {
        for (const auto* subject : scene.subjects) {
            if (!subject->seen || !plan().concerns(*subject)) continue;
            auto& side = sides_[subject->key];
            double from = side.last_at;
            int way = side.note(subject->foot, scene.now, subject->box.h, plan().zone);
            if (way != 0) crossed(*subject, way, from, scene);
        }
    }

    std::map<std::uint64_t, Side> sides_;
};

class LineCrossing final : public LineRule {
public:
    using LineRule::LineRule;

private:
    void crossed(const Subject& subject, int way, double from, const Scene& scene) override {
        if (!asked_for(way)) return;
        bool wrong = plan().spec.kind == "wrong_way";
        Telling telling;
        telling.from = from;
        telling.why = fmt::format(
            "{} crossed line '{}' {} at {}; the rule tells of {}",
            name_of(subject),
            plan().spec.zone,
            word(way),
            plan().clock(scene.wall),
            wrong                            ? "that as the wrong way"
            : plan().spec.direction == "any" ? "both ways"
                                             : "that way"
        );
        telling.numbers = {{"direction", word(way)}};
        telling.tracks = subject.ids;
        telling.box = subject.box;
        tell_once(subject.key, telling);
    }
};

class LineCount final : public LineRule {
public:
    using LineRule::LineRule;

    void count(std::vector<Count>& out) const override {
        out.push_back({plan().spec.name, plan().spec.zone, in_, out_of_, inside_});
    }

private:
    void crossed(const Subject&, int way, double, const Scene&) override {
        if (way > 0) {
            ++in_;
            ++inside_;
        } else {
            ++out_of_;
            if (inside_ > 0) --inside_;
        }
    }

    std::uint64_t in_ = 0;
    std::uint64_t out_of_ = 0;
    std::uint64_t inside_ = 0;
};

class Tailgating final : public LineRule {
public:
    using LineRule::LineRule;

private:
    struct Before {
        std::uint64_t key = 0;
        double at = 0;
        std::vector<TrackId> ids;
        std::string name;
    };

    void crossed(const Subject& subject, int way, double, const Scene& scene) override {
        if (!asked_for(way)) return;
        auto& before = before_[way > 0 ? 1 : 0];
        double gap = scene.now - before.at;
        if (before.key != 0 && before.key != subject.key && gap <= plan().seconds) {
            Telling telling;
            telling.from = before.at;
            telling.why = fmt::format(
                "{} crossed line '{}' {} {:.1f} s after {}; the rule tells up to {:g} s",
                name_of(subject),
                plan().spec.zone,
                word(way),
                gap,
                before.name,
                plan().seconds
            );
            telling.numbers = {
                {"seconds", round2(gap)}, {"limit", plan().seconds}, {"direction", word(way)}};
            telling.tracks = before.ids;
            telling.tracks.insert(telling.tracks.end(), subject.ids.begin(), subject.ids.end());
            telling.box = subject.box;
            tell_once(subject.key, telling);
        }
        before = {subject.key, scene.now, subject.ids, name_of(subject)};
    }

    void reset() override {
        LineRule::reset();
        before_ = {};
    }

    std::array<Before, 2> before_;
};

}  // namespace

std::unique_ptr<RuleWork> make_line_rule(RulePlan plan) {
    if (plan.spec.kind == "counting") return std::make_unique<LineCount>(std::move(plan));
    if (plan.spec.kind == "tailgating") return std::make_unique<Tailgating>(std::move(plan));
    return std::make_unique<LineCrossing>(std::move(plan));
}

}  // namespace proviso::behaviour
