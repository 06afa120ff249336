#include <cmath>

#include <fmt/format.h>

#include "rule_work.h"

namespace proviso::behaviour {

namespace {

/// Height over width of a box: above the first somebody stands (who sits has 1.3 to 1.7), below the
/// second somebody lies.
constexpr float kUpright = 1.9F;
constexpr float kLow = 0.95F;
/// Who takes longer to go down lies down.
constexpr double kQuick = 1.2;
/// The head came down by at least this share of the standing height.
constexpr float kHeadDrop = 0.35F;
constexpr double kLinger = 0.7;
constexpr double kRelease = 3;
/// Who moves further than this in standing heights, while down, crawls or gets up.
constexpr float kStill = 0.6F;

class Fall final : public RuleWork {
public:
    using RuleWork::RuleWork;

private:
    struct State {
        bool stood = false;
        double upright_at = 0;
        float height = 0;  // when last upright
        float top = 0;
        bool fell = false;  // the way down was quick
        double took = 0;
        Presence down;
        Point lay;
    };

    void look(const Scene& scene) override {
        for (const auto* subject : scene.subjects) {
            if (!subject->seen || !plan().concerns(*subject)) continue;
            judge(*subject, states_[subject->key], scene);
        }
        settle(kRelease);
    }

    void judge(const Subject& subject, State& state, const Scene& scene) {
        const auto& now = subject.trail.back();
        float ratio = now.height / std::max(now.width, 1e-4F);
        bool upright = ratio >= kUpright && !now.lying;
        bool low = now.lying || ratio <= kLow;
        bool before = state.down.inside;
        state.down.note(low, scene.now, kLinger);
        if (!before && state.down.inside) {
            state.took = scene.now - state.upright_at;
            state.fell = state.stood && state.took <= kQuick && plan().holds(subject.foot);
            state.lay = now.centre;
        }
        if (upright && !state.down.inside) {
            state.stood = true;
            state.upright_at = scene.now;
            state.height = now.height;
            state.top = now.top;
        }
        if (!state.down.inside || !low || !state.fell) return;
        // The body may slide while it comes to rest; then it lies.
        if (state.down.seconds() < 1) state.lay = now.centre;
        float away = std::hypot(now.centre.x - state.lay.x, now.centre.y - state.lay.y);
        if (away > kStill * state.height) {
            state.fell = false;
            return;
        }
        bool head_came_down = now.top - state.top >= kHeadDrop * state.height;
        if (!head_came_down || state.down.seconds() < plan().seconds) return;
        Telling telling;
        telling.from = state.upright_at;
        telling.why = fmt::format(
            "{} went from upright to low in {:.1f} s{} and has lain there for {:.1f} s; the rule "
            "tells from {:g} s on",
            name_of(subject),
            state.took,
            plan().place(),
            state.down.seconds(),
            plan().seconds
        );
        telling.numbers = {
            {"went_down_in", round2(state.took)},
            {"seconds", round2(state.down.seconds())},
            {"limit", plan().seconds},
        };
        telling.tracks = subject.ids;
        telling.box = subject.box;
        tell(subject.key, telling);
        keep(subject.key);
    }

    void reset() override { states_.clear(); }

    void forget(std::uint64_t key) override { states_.erase(key); }

    std::map<std::uint64_t, State> states_;
};

}  // namespace

std::unique_ptr<RuleWork> make_fall_rule(RulePlan plan) {
    return std::make_unique<Fall>(std::move(plan));
}

}  // namespace proviso::behaviour
