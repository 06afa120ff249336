#include "proviso/alerts/reminders.h"

#include <algorithm>
#include <map>

#include <proviso/base/log.h>

namespace proviso::alerts {

bool Reminders::wanted() const { return !notifier_.reminded().empty(); }

Result<> Reminders::tell(std::span<const law::Deadline> deadlines, Day today) {
    for (const auto& to : notifier_.reminded()) {
        std::vector<law::Deadline> theirs;
        for (const auto& deadline : deadlines) {
            bool wants = deadline.cameras.empty() ||
                         std::any_of(
                             deadline.cameras.begin(),
                             deadline.cameras.end(),
                             [&](const CameraId& camera) { return to.filter.covers(camera); }
                         );
            if (wants) theirs.push_back(deadline);
        }
        auto taken = PROVISO_TRY(book_->take(to.name, theirs, today).while_doing("remind"));
        std::map<Day, std::vector<law::Due>> by_day;
        for (auto& due : taken) by_day[due.what.on].push_back(std::move(due));
        for (const auto& [day, due] : by_day) {
            notifier_.remind(to.name, due, today, [book = book_, name = to.name, due](bool told) {
                if (told) return;
                if (auto back = book->give_back(name, due); !back) {
                    log_error("reminders: {}", back.error().story());
                }
            });
        }
    }
    return {};
}

}  // namespace proviso::alerts
