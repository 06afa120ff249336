#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rule_work.h"

namespace proviso::behaviour {

namespace {

constexpr std::size_t kMostObjects = 128;
/// A detector or background model that loses a thing for so long has not lost it.
constexpr double kRelease = 5;
constexpr float kSame = 0.4F;
/// Covered by a person or vehicle by this share: it is that person or vehicle.
constexpr float kCovered = 0.3F;
/// Own heights of a person: who is nearer than this has not left the thing.
constexpr float kNear = 0.8F;

float covered(const Box& thing, const Box& by) {
    float wide = std::min(thing.x + thing.w, by.x + by.w) - std::max(thing.x, by.x);
    float high = std::min(thing.y + thing.h, by.y + by.h) - std::max(thing.y, by.y);
    if (!(wide > 0) || !(high > 0) || !(thing.area() > 0)) return 0;
    return wide * high / thing.area();
}

bool usable(const Box& box) {
    return std::isfinite(box.x) && std::isfinite(box.y) && box.w > 0 && box.h > 0 && box.w <= 1 &&
           box.h <= 1 && box.x >= -1 && box.y >= -1 && box.x <= 1 && box.y <= 1;
}

/// A thing left behind, or the hole of one taken away: known by its place, whatever its id.
class ObjectRule final : public RuleWork {
public:
    using RuleWork::RuleWork;

private:
    struct Thing {
        Box box;
        double since = 0;
        double last = 0;
        double alone_since = 0;
        std::vector<TrackId> owner;  // who was near last
    };

    bool removed() const { return plan().spec.kind == "removed_object"; }

    void look(const Scene& scene) override {
        for (const auto& object : scene.objects) {
            if (object.removed == removed() && usable(object.box)) note(object.box, scene);
        }
        if (!removed()) {
            for (const auto* subject : scene.subjects) {
                bool bag = subject->kind == ObjectClass::Bag && subject->stationary;
                if (bag && subject->seen) note(subject->box, scene);
            }
        }
        for (auto one = things_.begin(); one != things_.end();) {
            judge(one->first, one->second, scene);
            one = scene.now - one->second.last > kRelease ? things_.erase(one) : std::next(one);
        }
        settle(kRelease);
    }

    void note(const Box& box, const Scene& scene) {
        if (!plan().holds(box.foot()) && !plan().holds(box.centre())) return;
        for (auto& [key, thing] : things_) {
            if (overlap(thing.box, box) < kSame) continue;
            thing.box = box;
            thing.last = scene.now;
            return;
        }
        if (things_.size() >= kMostObjects) return;
        things_[next_++] = {box, scene.now, scene.now, scene.now, {}};
    }

    void judge(std::uint64_t key, Thing& thing, const Scene& scene) {
        bool hidden = false;
        for (const auto* subject : scene.subjects) {
            if (subject->kind == ObjectClass::Bag || scene.now - subject->last_seen > 2) continue;
            if (covered(thing.box, subject->box) > kCovered) hidden = true;
            bool person = subject->kind == ObjectClass::Person;
            if (removed() || !person || !near(thing.box, *subject, scene.aspect)) continue;
            thing.alone_since = scene.now;
            thing.owner = subject->ids;
        }
        if (hidden) thing.since = thing.alone_since = scene.now;
        bool here = scene.now - thing.last <= 1;
        double seconds = scene.now - (removed() ? thing.since : thing.alone_since);
        if (here && !hidden && seconds >= plan().seconds) {
            Telling telling;
            telling.from = removed() ? thing.since : thing.alone_since;
            telling.why = removed() ? fmt::format(
                                          "a thing that stood{} has been away for {:.0f} s; the "
                                          "rule tells from {:g} s on",
                                          plan().place(),
                                          seconds,
                                          plan().seconds
                                      )
                                    : fmt::format(
                                          "a thing that was not there before stands{} for {:.0f} "
                                          "s with nobody near it for {:.0f} s; the rule tells "
                                          "from {:g} s on",
                                          plan().place(),
                                          scene.now - thing.since,
                                          seconds,
                                          plan().seconds
                                      );
            telling.numbers = {
                {"seconds", round2(seconds)},
                {"limit", plan().seconds},
                {"standing", round2(scene.now - thing.since)},
            };
            telling.tracks = thing.owner;
            telling.box = thing.box;
            tell(key, telling);
        }
        // Told once, it goes on while the thing is there, whoever walks by.
        if (scene.now - thing.last <= 1) keep(key);
    }

    static bool near(const Box& thing, const Subject& subject, float aspect) {
        // From edge to edge on the ground, in heights of the person.
        float left = subject.box.x - (thing.x + thing.w);
        float right = thing.x - (subject.box.x + subject.box.w);
        float dx = std::max({0.0F, left, right}) * aspect;
        float dy = subject.box.foot().y - thing.foot().y;
        return std::hypot(dx, dy) <= kNear * std::max(subject.box.h, 0.02F);
    }

    void reset() override { things_.clear(); }

    std::map<std::uint64_t, Thing> things_;
    std::uint64_t next_ = 1;
};

}  // namespace

std::unique_ptr<RuleWork> make_object_rule(RulePlan plan) {
    return std::make_unique<ObjectRule>(std::move(plan));
}

}  // namespace proviso::behaviour
