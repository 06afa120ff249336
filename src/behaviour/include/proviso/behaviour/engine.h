#pragma once

#include <memory>
#include <string>
#include <vector>

#include <proviso/behaviour/finding.h>
#include <proviso/behaviour/rule_spec.h>

namespace proviso::behaviour {

/// What a counting rule has counted since the engine began. In an area `in` - `out` = `inside`;
/// over a line `inside` is never below 0, since people may have been there before the counting
/// began.
struct Count {
    std::string rule;
    std::string zone;
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    std::uint64_t inside = 0;
};

/// Carries out the rules of one camera over its observations. One event is one finding: told when
/// it begins and, under the same id, when it has ended (at once for what has no length, as a line
/// crossed). What a rule asks for is judged on things that were seen; a place that was only
/// predicted begins nothing. Keeps its own time: clocks that jump and observations out of order do
/// no harm, and a thing that changes its track id within four seconds stays the thing it was.
/// Bounded in memory whatever it is given. Not thread-safe.
class Engine {
public:
    /// `timezone` is the site's, for schedules that name none and for the times in sentences; empty
    /// is UTC. An error if a zone or rule does not pass `check_zone` or `check_rule`, or two share
    /// a name.
    static Result<Engine> make(
        const std::vector<Zone>& zones,
        const std::vector<RuleSpec>& rules,
        const std::string& timezone = {}
    );
    Engine(Engine&&) noexcept;
    Engine& operator=(Engine&&) noexcept;
    ~Engine();

    std::vector<Finding> take(const Observation& observation);

    /// Stops a rule, as when its permit goes, or lets it go on. What was open ends and is returned.
    /// Unknown names do nothing.
    std::vector<Finding> set_running(const std::string& rule, bool running);
    /// Ends whatever is open, as when the camera goes.
    std::vector<Finding> finish();

    std::vector<Count> counts() const;

private:
    struct Parts;

    explicit Engine(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace proviso::behaviour
