#pragma once

#include <optional>
#include <tuple>

#include <proviso/base/worker.h>

#include "house.h"

namespace proviso::app {

/// Once a minute, if the registers, the packs or the day have changed: what the law leaves open is
/// raised as a question, and what it asks no more is settled.
class LawRound {
public:
    explicit LawRound(House& house);

private:
    Result<> once();

    House& house_;
    /// What was looked at last: registers, packs, day.
    std::optional<std::tuple<std::uint64_t, law::Packs, Day>> seen_;
    Worker worker_;
};

}  // namespace proviso::app
