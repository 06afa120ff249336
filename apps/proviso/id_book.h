#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace proviso::app {

/// Names for what workers number: each new thing of each worker's life gets the next number, so
/// that none comes twice and all stay short enough to be read. Not thread-safe.
class IdBook {
public:
    std::uint64_t name_of(std::uint64_t of_worker) {
        auto [entry, fresh] = names_.try_emplace(of_worker, next_);
        if (!fresh) return entry->second;
        if (names_.size() > kMost) names_.erase(names_.begin());
        return next_++;
    }

    /// What the worker calls it; nothing if it is of a former life, or gone.
    std::optional<std::uint64_t> of_worker(std::uint64_t name) const {
        for (const auto& [number, given] : names_) {
            if (given == name) return number;
        }
        return std::nullopt;
    }

    /// The worker will not speak of it again.
    void forget(std::uint64_t of_worker) { names_.erase(of_worker); }

    /// Another worker begins to count anew.
    void begin_again() { names_.clear(); }

private:
    static constexpr std::size_t kMost = 4096;

    std::map<std::uint64_t, std::uint64_t> names_;
    std::uint64_t next_ = 1;
};

}  // namespace proviso::app
