#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <proviso/behaviour/engine.h>

namespace proviso::behaviour {

/// People who walk where a test says, and what an engine says about it.
class Stage {
public:
    Stage(std::vector<Zone> zones, std::vector<RuleSpec> rules, const std::string& zone_name = {})
        : engine(make(std::move(zones), std::move(rules), zone_name)) {}

    static Engine make(
        std::vector<Zone> zones, std::vector<RuleSpec> rules, const std::string& zone_name
    ) {
        auto made = Engine::make(std::move(zones), std::move(rules), zone_name);
        if (!made) throw std::logic_error(made.error().story());
        return std::move(made).value();
    }

    /// Feet at (x, y).
    TrackView& put(TrackId id, float x, float y, ObjectClass kind = ObjectClass::Person) {
        TrackView view;
        view.id = id;
        view.kind = kind;
        view.box = {x - 0.02F, y - 0.2F, 0.04F, 0.2F};
        view.score = 0.9F;
        view.confirmed = true;
        view.first_seen = began + std::chrono::seconds(id);
        return people[id] = view;
    }

    void hide(TrackId id) { people.erase(id); }

    Observation observe() const {
        Observation one;
        one.wall = wall;
        one.mono = mono;
        one.width = 1600;
        one.height = 900;
        one.looked = true;
        for (const auto& [id, view] : people) one.tracks.push_back(view);
        one.objects = objects;
        return one;
    }

    /// Lets so many seconds pass, ten pictures each.
    void pass(double seconds) {
        for (int i = 0; i < static_cast<int>(std::lround(seconds * 10)); ++i) tick();
    }

    void tick() {
        wall += milliseconds(100);
        mono += milliseconds(100);
        take(engine.take(observe()));
    }

    void take(const std::vector<Finding>& findings) {
        for (const auto& one : findings) {
            (one.ended ? ended : begun).push_back(one);
            all.push_back(one);
        }
    }

    /// From (x, y) to (x2, y2) in so many seconds.
    void walk(TrackId id, float x, float y, float x2, float y2, double seconds) {
        int steps = static_cast<int>(std::lround(seconds * 10));
        for (int i = 0; i <= steps; ++i) {
            float share = static_cast<float>(i) / static_cast<float>(steps);
            put(id, x + share * (x2 - x), y + share * (y2 - y));
            tick();
        }
    }

    Timestamp began{std::chrono::sys_days(std::chrono::year(2026) / 3 / 2)};  // a Monday
    Timestamp wall = began + std::chrono::hours(12);
    MonoTime mono{std::chrono::hours(5)};
    Engine engine;
    std::map<TrackId, TrackView> people;
    std::vector<StaticObject> objects;
    std::vector<Finding> begun;
    std::vector<Finding> ended;
    std::vector<Finding> all;
};

inline RuleSpec a_rule(std::string kind, std::string zone = {}) {
    RuleSpec rule;
    rule.name = kind;
    rule.kind = std::move(kind);
    rule.zone = std::move(zone);
    return rule;
}

/// The right half of the picture.
inline const Zone kYard{"yard", {{0.5F, 0}, {1, 0}, {1, 1}, {0.5F, 1}}};
/// Across the middle, from left to right: downwards is in.
inline const Zone kDoor{"door", {{0.2F, 0.6F}, {0.8F, 0.6F}}};

}  // namespace proviso::behaviour
