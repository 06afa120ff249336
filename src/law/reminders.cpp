#include "proviso/law/reminders.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <soci/soci.h>

#include <proviso/crypto/hash.h>

namespace proviso::law {

namespace {

const std::vector<store::Migration>& schema() {
    static const std::vector<store::Migration> kSteps = {
        {1,
         "CREATE TABLE law_reminders (\n"
         "    destination TEXT NOT NULL,\n"
         "    deadline TEXT NOT NULL,\n"
         "    step INTEGER NOT NULL,\n"
         "    due TEXT NOT NULL,\n"
         "    PRIMARY KEY (destination, deadline, step)\n"
         ");\n",
         ""}};
    return kSteps;
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

/// What a person can do about it, beyond what is asked for.
std::vector<std::string> steps_of(const Turn& turn, const std::vector<std::string>& ending) {
    std::vector<std::string> steps;
    for (const auto& lack : turn.missing) {
        auto step = task_words(turn, lack);
        if (std::find(steps.begin(), steps.end(), step) == steps.end()) {
            steps.push_back(std::move(step));
        }
    }
    if (!ending.empty() && turn.stricter) {
        steps.push_back("Put on record anew what ends: " + joined(ending));
    }
    if (!turn.stricter) {
        steps.emplace_back("Nothing must be done; less is asked for from this day on");
    } else if (steps.empty()) {
        bool permitted = turn.after.starts_with("permitted");
        steps.emplace_back(
            permitted ? "Read what is asked for from this day on under Compliance, and hand out "
                        "before it what must be kept longer"
                      : "Plan to do without it from this day on, or put it to counsel"
        );
    }
    return steps;
}

/// The days by which something must be begun to count on the day it is asked for.
void add_starts(const Turn& turn, std::vector<Deadline>& list) {
    for (const auto& lack : turn.missing) {
        if (lack.lead_days == 0) continue;
        Deadline deadline;
        deadline.kind = "start";
        deadline.on = latest_start(turn, lack);
        deadline.id =
            deadline_id(deadline.kind, deadline.on, fmt::format("{} {}", lack.rule, lack.what));
        deadline.text = fmt::format(
            "Last day to begin what is asked for on {}: it must have stood for {} days by then.",
            to_iso8601(turn.on),
            lack.lead_days
        );
        deadline.steps = {task_words(turn, lack)};
        deadline.cameras = turn.cameras;
        list.push_back(std::move(deadline));
    }
}

Deadline of(Turn turn, const registers::Snapshot& snapshot) {
    // A record that speaks for one person may bear their name.
    std::erase_if(turn.records, [&](const std::string& name) {
        auto record = snapshot.records.find(name);
        return record == snapshot.records.end() || !record->second.subject.empty();
    });
    std::vector<std::string> ending;
    for (const auto& name : turn.records) {
        const auto& until = snapshot.records.at(name).valid_until;
        if (until && *until < turn.on) ending.push_back(name);
    }
    std::vector<std::string> what{turn.cause, turn.before, turn.after};
    for (const auto& reason : turn.why) what.push_back(reason.rule);
    for (const auto& lack : turn.missing) what.push_back(lack.what);
    what.insert(what.end(), turn.capabilities.begin(), turn.capabilities.end());
    Deadline deadline;
    deadline.kind = "change";
    deadline.on = turn.on;
    deadline.id = deadline_id(deadline.kind, turn.on, joined(what));
    deadline.steps = steps_of(turn, ending);
    deadline.cameras = turn.cameras;
    turn.missing.clear();  // said as steps
    deadline.text = words_of(turn);
    return deadline;
}

void add_questions(
    const std::vector<OpenQuestion>& open,
    const std::map<std::string, QuestionState>& questions,
    std::vector<Deadline>& list
) {
    for (const auto& question : open) {
        auto state = questions.find(question.id);
        if (state == questions.end() || state->second.settled) continue;
        Deadline deadline;
        deadline.kind = "question";
        deadline.on = state->second.due;
        deadline.id = deadline_id(
            deadline.kind, deadline.on, question.id + " " + to_iso8601(state->second.raised)
        );
        auto who = question.kind == "fact" ? "A question of the law" : "A question for counsel";
        deadline.text = fmt::format("{} about the site {} is due.", who, question.site.text());
        deadline.steps = {question.text};
        deadline.cameras = question.cameras;
        list.push_back(std::move(deadline));
    }
}

void add_packs(
    const policy::PackSet& packs,
    const registers::Snapshot& snapshot,
    Day today,
    std::vector<Deadline>& list
) {
    for (const auto& pack : packs.packs()) {
        Deadline deadline;
        for (const auto& [name, camera] : snapshot.cameras) {
            auto site = snapshot.sites.find(camera.site);
            if (site == snapshot.sites.end()) continue;
            if (packs.speaks_of(pack.id, site->second.jurisdictions, today)) {
                deadline.cameras.push_back(name);
            }
        }
        if (deadline.cameras.empty()) continue;
        deadline.kind = "pack";
        deadline.on = pack.review_by;
        deadline.id = deadline_id(deadline.kind, deadline.on, pack.id);
        deadline.text = fmt::format(
            "The pack '{}' ({}) was last compared with the law on {} and is overdue after this "
            "day.",
            pack.id,
            pack.title,
            to_iso8601(pack.checked)
        );
        deadline.steps = {"Take in a newer one from its publisher ('proviso law import')"};
        list.push_back(std::move(deadline));
    }
}

/// The step a day is at; none if it is too far or over.
std::optional<int> step_of(Day on, Day today) {
    auto left = (on - today).count();
    std::optional<int> step;
    for (int days : kReminderSteps) {
        if (left >= 0 && left <= days) step = days;
    }
    return step;
}

}  // namespace

std::string deadline_id(std::string_view kind, Day on, std::string_view what) {
    auto text = fmt::format("{}\n{}\n{}", kind, to_iso8601(on), what);
    return to_hex(crypto::sha256(as_bytes(text))).substr(0, 32);
}

Result<std::vector<Deadline>> deadlines(
    const Packs& packs,
    const registers::Snapshot& snapshot,
    const std::vector<OpenQuestion>& open,
    const std::map<std::string, QuestionState>& questions,
    Day today,
    const std::string& viewer_country
) {
    std::vector<Deadline> list;
    // As far as the longest lead the law has asked for yet reaches, and then some.
    auto until = today + std::chrono::days(366);
    auto flips = PROVISO_TRY(horizon(packs, snapshot, today, until, viewer_country));
    for (auto& turn : gather(flips, snapshot)) {
        add_starts(turn, list);
        list.push_back(of(std::move(turn), snapshot));
    }
    add_questions(open, questions, list);
    add_packs(*packs.in_force, snapshot, today, list);
    std::erase_if(list, [&](const auto& each) { return !step_of(each.on, today); });
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
        return a.on < b.on;
    });
    return list;
}

Result<std::shared_ptr<ReminderBook>> ReminderBook::open(store::Database& database) {
    PROVISO_TRY(database.migrate("law_reminders", schema()));
    return std::shared_ptr<ReminderBook>(new ReminderBook(database));
}

Result<std::vector<Due>> ReminderBook::take(
    const std::string& destination, std::span<const Deadline> deadlines, Day today
) {
    std::lock_guard lock(taking_);
    std::vector<Due> due;
    PROVISO_TRY(database_.write([&](soci::session& session) -> Result<> {
        due.clear();
        // Days that are long over cannot come again.
        auto long_over = to_iso8601(today - std::chrono::days(366));
        session << "DELETE FROM law_reminders WHERE due < :day", soci::use(long_over, "day");
        std::set<std::string> now;
        for (const auto& deadline : deadlines) {
            auto step = step_of(deadline.on, today);
            if (!step || !now.insert(deadline.id).second) continue;
            int told = 0;
            // Who was told seven days before need not hear that it was thirty.
            session << "SELECT COUNT(*) FROM law_reminders WHERE destination = :destination AND "
                       "deadline = :deadline AND step <= :step",
                soci::use(destination, "destination"), soci::use(deadline.id, "deadline"),
                soci::use(*step, "step"), soci::into(told);
            if (told > 0) continue;
            auto day = to_iso8601(deadline.on);
            session << "INSERT INTO law_reminders (destination, deadline, step, due) VALUES "
                       "(:destination, :deadline, :step, :due)",
                soci::use(destination, "destination"), soci::use(deadline.id, "deadline"),
                soci::use(*step, "step"), soci::use(day, "due");
            due.push_back({deadline, *step});
        }
        return {};
    }));
    return due;
}

Result<> ReminderBook::give_back(const std::string& destination, std::span<const Due> untold) {
    std::lock_guard lock(taking_);
    return database_.write([&](soci::session& session) -> Result<> {
        for (const auto& due : untold) {
            session << "DELETE FROM law_reminders WHERE destination = :destination AND deadline = "
                       ":deadline AND step = :step",
                soci::use(destination, "destination"), soci::use(due.what.id, "deadline"),
                soci::use(due.step, "step");
        }
        return {};
    });
}

}  // namespace proviso::law
