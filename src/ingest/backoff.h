#pragma once

#include <algorithm>
#include <functional>

#include <proviso/base/time.h>

namespace proviso::ingest {

/// How long to wait before the next try: doubles from 0.5 s, each time between half and all of
/// it, so that many cameras behind one switch do not come back in step.
class Backoff {
public:
    static constexpr milliseconds kFirst{500};
    /// Nobody was there: asking costs one packet, and a camera that is back is seen soon.
    static constexpr milliseconds kMostIfSilent{3'000};
    static constexpr milliseconds kMost{15'000};
    /// Cameras lock accounts after a few wrong passwords.
    static constexpr milliseconds kIfUnauthorized{30'000};

    /// `random` gives evenly spread 64-bit numbers.
    explicit Backoff(std::function<std::uint64_t()> random) : random_(std::move(random)) {}

    milliseconds next(ErrorKind why) {
        auto silent = why == ErrorKind::Unavailable || why == ErrorKind::Timeout;
        auto whole = std::min(current_, silent ? kMostIfSilent : kMost);
        if (why == ErrorKind::Unauthorized) whole = kIfUnauthorized;
        current_ = std::min(current_ * 2, kMost);
        auto half = whole.count() / 2;
        auto part = random_() % static_cast<std::uint64_t>(half + 1);
        return milliseconds(half + static_cast<std::int64_t>(part));
    }

    /// It worked.
    void reset() { current_ = kFirst; }

private:
    std::function<std::uint64_t()> random_;
    milliseconds current_ = kFirst;
};

}  // namespace proviso::ingest
