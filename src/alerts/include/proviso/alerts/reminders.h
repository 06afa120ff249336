#pragma once

#include <proviso/alerts/notices.h>
#include <proviso/law/reminders.h>

namespace proviso::alerts {

/// Tells the destinations that asked for it (`about: [reminders]`) of days to come: one message a
/// day that comes, with everything that falls on it, thirty and seven days before.
class Reminders {
public:
    Reminders(Notifier& notifier, std::shared_ptr<law::ReminderBook> book)
        : notifier_(notifier), book_(std::move(book)) {}

    /// Nobody asked: the deadlines need not be looked for.
    bool wanted() const;

    /// Each of them to each destination once a step; what was not taken comes again in a later
    /// call.
    Result<> tell(std::span<const law::Deadline> deadlines, Day today);

private:
    Notifier& notifier_;
    std::shared_ptr<law::ReminderBook> book_;
};

}  // namespace proviso::alerts
