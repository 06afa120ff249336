#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <proviso/base/guarded.h>
#include <proviso/base/time.h>

namespace proviso::identity {

/// Counts failures per account, known or not, by the clock that nobody can set. Thread-safe.
class Throttle {
public:
    explicit Throttle(const Clock& clock) : clock_(clock) {}

    /// How long this account must wait; nothing if it need not.
    std::optional<std::chrono::seconds> wait(std::string_view account) const;
    void failed(std::string_view account);
    void succeeded(std::string_view account);

private:
    using Failures = std::unordered_map<std::string, std::deque<MonoTime>>;

    const Clock& clock_;
    Guarded<Failures> failures_;
};

/// Lets a limited number of things happen in a while, and counts what it held back. Thread-safe.
class Allowance {
public:
    Allowance(const Clock& clock, std::size_t most, microseconds span)
        : clock_(clock), most_(most), span_(span) {}

    /// How many were held back before this one, if this one may happen.
    std::optional<std::uint64_t> take();

private:
    struct State {
        std::deque<MonoTime> taken;
        std::uint64_t held_back = 0;
    };

    const Clock& clock_;
    std::size_t most_;
    microseconds span_;
    Guarded<State> state_;
};

}  // namespace proviso::identity
