#pragma once

#include <optional>
#include <tuple>

#include <proviso/alerts/reminders.h>
#include <proviso/base/worker.h>

#include "house.h"

namespace proviso::app {

/// Once a minute, if the registers, the packs or the day have changed: what the law leaves open is
/// raised as a question, and what it asks no more is settled. Then, and every hour, who asked for
/// it is reminded of days to come.
class LawRound {
public:
    LawRound(House& house, alerts::Notifier& notifier, std::shared_ptr<law::ReminderBook> book);

private:
    Result<> once();
    Result<> remind(const std::vector<law::OpenQuestion>& open);

    House& house_;
    alerts::Reminders reminders_;
    std::optional<MonoTime> reminded_;
    /// What was looked at last: registers, packs, day.
    std::optional<std::tuple<std::uint64_t, law::Packs, Day>> seen_;
    Worker worker_;
};

}  // namespace proviso::app
