#pragma once

#include <mutex>
#include <utility>

namespace proviso {

/// Shared state that cannot be touched unlocked: `guarded.with([](State& state) { ... })`.
template <class T>
class Guarded {
public:
    Guarded() = default;

    explicit Guarded(T value) : value_(std::move(value)) {}

    template <class F>
    decltype(auto) with(F&& f) {
        std::lock_guard lock(mutex_);
        return std::forward<F>(f)(value_);
    }

    template <class F>
    decltype(auto) with(F&& f) const {
        std::lock_guard lock(mutex_);
        return std::forward<F>(f)(std::as_const(value_));
    }

    /// A copy of the state as it is now.
    T copy() const {
        std::lock_guard lock(mutex_);
        return value_;
    }

private:
    mutable std::mutex mutex_;
    T value_;
};

}  // namespace proviso
