#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <proviso/behaviour/engine.h>
#include <proviso/behaviour/rules.h>
#include <proviso/behaviour/time_zone.h>

#include "subjects.h"

namespace proviso::behaviour {

/// A rule with everything that was left to the kind filled in.
struct RulePlan {
    RuleSpec spec;
    const RuleKind* kind = nullptr;
    Polygon zone;  ///< empty: the whole picture
    double seconds = 0;
    int count = 0;
    double speed = 0;
    double cooldown = 0;
    TimeZone timezone;

    bool concerns(const Subject& subject) const;
    bool holds(Point point) const;
    std::string place() const;              ///< " in zone 'drive'" or nothing
    std::string clock(Timestamp at) const;  ///< "20:14:03" on the clock on the wall there
    bool scheduled(Timestamp at) const;
};

/// What a rule has to say about one event.
// NOLINTNEXTLINE(bugprone-exception-escape): moving a Json does not throw, whatever it asserts.
struct Telling {
    double from = 0;  ///< on the engine's clock
    std::string why;
    Json numbers;
    std::vector<TrackId> tracks;
    Box box;
};

double round2(double value);
/// "person 12"
std::string name_of(const Subject& subject);

/// One rule at work. Keeps what it has open by a key: a subject's, or 0 for the zone as a whole.
class RuleWork {
public:
    explicit RuleWork(RulePlan plan) : plan_(std::move(plan)) {}

    RuleWork(const RuleWork&) = delete;
    RuleWork& operator=(const RuleWork&) = delete;
    virtual ~RuleWork() = default;

    void take(const Scene& scene, std::uint64_t& next_id, std::vector<Finding>& out);

    void set_running(bool running) { running_ = running; }

    /// Ends all that is open and forgets what led to it.
    void close(std::vector<Finding>& out);

    virtual void count(std::vector<Count>&) const {}

    const RulePlan& plan() const { return plan_; }

protected:
    virtual void look(const Scene& scene) = 0;
    /// The rule sleeps: begin anew when it wakes.
    virtual void reset() = 0;

    virtual void forget(std::uint64_t) {}

    bool open(std::uint64_t key) const { return open_.contains(key); }

    /// Begins a finding unless one is open under the key or it was told of a moment ago.
    void tell(std::uint64_t key, const Telling& telling);
    /// Begins and ends at once.
    void tell_once(std::uint64_t key, const Telling& telling);
    /// It goes on.
    void keep(std::uint64_t key);
    void join(std::uint64_t key, const Subject& subject);
    bool cooling(std::uint64_t key) const;
    void cool(std::uint64_t key);
    /// Ends what has not been kept for so long.
    void settle(double release, bool and_cool = true);

private:
    struct Open {
        Finding finding;
        double kept = 0;
    };

    Finding begin(const Telling& telling) const;
    void end(Open& open);

    RulePlan plan_;
    bool running_ = true;
    std::map<std::uint64_t, Open> open_;
    std::map<std::uint64_t, double> cooling_;
    // While looking.
    const Scene* scene_ = nullptr;
    std::uint64_t* next_id_ = nullptr;
    std::vector<Finding>* out_ = nullptr;
};

/// Whether something is in the zone, without flickering at its edge.
struct Presence {
    bool inside = false;
    double since = 0;
    double last = 0;

    /// `linger`: so long outside before it has left.
    void note(bool in, double now, double linger);

    double seconds() const { return inside ? std::round((last - since) * 1e6) / 1e6 : 0; }
};

std::unique_ptr<RuleWork> make_area_rule(RulePlan plan);  // intrusion loitering crowd counting
std::unique_ptr<RuleWork> make_line_rule(RulePlan plan);  // crossing counting wrong way tailgating
std::unique_ptr<RuleWork> make_motion_rule(RulePlan plan);  // running, wrong way in an area
std::unique_ptr<RuleWork> make_fall_rule(RulePlan plan);
std::unique_ptr<RuleWork> make_object_rule(RulePlan plan);  // left behind, taken away

}  // namespace proviso::behaviour
