#include "session_clock.h"

#include <algorithm>

namespace proviso::identity {

namespace {

using namespace std::chrono_literals;

constexpr microseconds kAbsolute = 12h;
constexpr microseconds kStoreUseEvery = 1min;
constexpr std::size_t kMostSeen = 10'000;

microseconds idle_limit(Role role) { return role == Role::Viewer ? microseconds(8h) : 15min; }

}  // namespace

Timestamp SessionClock::oldest() const { return clock_.now() - kAbsolute; }

SessionClock::Standing SessionClock::look(
    const std::string& token_hash, const StoredSession& session, bool counts
) {
    auto now = clock_.now();
    auto mono = clock_.monotonic();
    auto wall_age = std::max(now - session.opened, microseconds(0));
    auto wall_idle = std::max(now - session.used, microseconds(0));
    auto limit = idle_limit(session.owner.user.role);
    return seen_.with([&](auto& all) {
        if (all.size() >= kMostSeen) {
            std::erase_if(all, [&](const auto& one) {
                return one.second.age_at_first + (mono - one.second.first) >= kAbsolute;
            });
        }
        auto [found, fresh] = all.try_emplace(token_hash);
        auto& seen = found->second;
        if (fresh) seen = {mono, wall_age, mono, now, wall_idle, mono};
        auto age = std::max(wall_age, seen.age_at_first + (mono - seen.first));
        // The stored use may be a minute old, so idleness is measured here.
        auto idle =
            seen.idle_at_used + std::max<microseconds>(mono - seen.used, now - seen.used_wall);
        Standing standing;
        standing.expired = age >= kAbsolute || idle >= limit;
        if (standing.expired) {
            all.erase(found);
            return standing;
        }
        if (counts) {
            seen.used = mono;
            seen.used_wall = now;
            seen.idle_at_used = microseconds(0);
            idle = microseconds(0);
            standing.note_use = mono - seen.stored >= kStoreUseEvery;
            if (standing.note_use) seen.stored = mono;
        }
        standing.expires = now + std::min(kAbsolute - age, limit - idle);
        return standing;
    });
}

void SessionClock::forget(const std::string& token_hash) {
    seen_.with([&](auto& all) { all.erase(token_hash); });
}

}  // namespace proviso::identity
