#include "throttle.h"

#include <utility>

namespace proviso::identity {

namespace {

constexpr std::size_t kMostFailures = 10;
constexpr std::size_t kMostAccounts = 10'000;
constexpr microseconds kSpan = std::chrono::minutes(5);

void forget_old(std::deque<MonoTime>& times, MonoTime now, microseconds span) {
    while (!times.empty() && now - times.front() >= span) times.pop_front();
}

}  // namespace

std::optional<std::chrono::seconds> Throttle::wait(std::string_view account) const {
    auto now = clock_.monotonic();
    return failures_.with([&](const Failures& all) -> std::optional<std::chrono::seconds> {
        auto found = all.find(std::string(account));
        if (found == all.end() || found->second.size() < kMostFailures) return std::nullopt;
        const auto& times = found->second;
        auto left = times[times.size() - kMostFailures] + kSpan - now;
        if (left <= microseconds(0)) return std::nullopt;
        return std::chrono::ceil<std::chrono::seconds>(left);
    });
}

void Throttle::failed(std::string_view account) {
    auto now = clock_.monotonic();
    failures_.with([&](Failures& all) {
        if (all.size() >= kMostAccounts) {
            std::erase_if(all, [&](const auto& one) { return now - one.second.back() >= kSpan; });
        }
        // Each failure costs its maker a password hash, two at a time: this many cannot be fresh.
        if (all.size() >= kMostAccounts) all.clear();
        auto& times = all[std::string(account)];
        forget_old(times, now, kSpan);
        times.push_back(now);
        if (times.size() > kMostFailures) times.pop_front();
    });
}

void Throttle::succeeded(std::string_view account) {
    failures_.with([&](Failures& all) { all.erase(std::string(account)); });
}

std::optional<std::uint64_t> Allowance::take() {
    auto now = clock_.monotonic();
    return state_.with([&](State& state) -> std::optional<std::uint64_t> {
        forget_old(state.taken, now, span_);
        if (state.taken.size() >= most_) {
            ++state.held_back;
            return std::nullopt;
        }
        state.taken.push_back(now);
        return std::exchange(state.held_back, 0);
    });
}

}  // namespace proviso::identity
