#include "law_round.h"

#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include <proviso/base/log.h>
#include <proviso/law/matrix.h>

namespace proviso::app {

namespace {

/// What could not be sent is tried again so often.
constexpr std::chrono::hours kRemindAgain{1};

}  // namespace

LawRound::LawRound(
    House& house, alerts::Notifier& notifier, std::shared_ptr<law::ReminderBook> book
)
    : house_(house), reminders_(notifier, std::move(book)) {
    worker_ = Worker("law", [this](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            if (auto done = once(); !done) log_error("law: {}", done.error().story());
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, std::chrono::minutes(1), [] { return false; });
        }
    });
}

Result<> LawRound::once() {
    auto snapshot = house_.registers->snapshot();
    auto packs = house_.shelf->packs();
    auto today = day_of(house_.clock.now());
    std::tuple now{snapshot->version, packs, today};
    auto clock = house_.clock.monotonic();
    bool changed = seen_ != now;
    bool remind_again = reminders_.wanted() && (!reminded_ || clock - *reminded_ >= kRemindAgain);
    if (!changed && !remind_again) return {};
    auto cells =
        PROVISO_TRY(law::matrix_of(packs, *snapshot, {}, today, house_.config.viewer_country));
    auto open = law::open_questions(packs, *snapshot, cells);
    if (changed) PROVISO_TRY(house_.counsel->note(open));
    seen_ = std::move(now);
    if (!reminders_.wanted()) return {};
    reminded_ = clock;
    return remind(open).while_doing("remind of days to come");
}

Result<> LawRound::remind(const std::vector<law::OpenQuestion>& open) {
    auto today = day_of(house_.clock.now());
    auto questions = PROVISO_TRY(house_.counsel->all());
    auto list = PROVISO_TRY(law::deadlines(
        house_.shelf->packs(),
        *house_.registers->snapshot(),
        open,
        questions,
        today,
        house_.config.viewer_country
    ));
    for (const auto& gallery : house_.recogniser->galleries()) {
        const auto& terms = gallery.terms;
        auto add = [&](std::optional<Day> on, std::string_view what, std::string step) {
            if (!on) return;
            law::Deadline deadline;
            deadline.kind = "gallery";
            deadline.on = *on;
            deadline.id = law::deadline_id(deadline.kind, *on, terms.id.text() + std::string(what));
            deadline.text = fmt::format("The gallery '{}' {} on this day.", terms.id.text(), what);
            deadline.steps = {std::move(step)};
            deadline.cameras = terms.cameras;
            list.push_back(std::move(deadline));
        };
        add(terms.expires, "ends and is destroyed", "Prolong it with a reason, or let it go");
        add(terms.review, "is due for review", "Look at it again: is everybody in it still needed?"
        );
    }
    return reminders_.tell(list, today);
}

}  // namespace proviso::app
