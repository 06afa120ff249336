#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "proviso/law/outlook.h"

namespace proviso::law {

namespace {

std::string spaced(std::string text) {
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::vector<Reason> new_reasons(const Flip& flip) {
    std::vector<Reason> fresh;
    for (const auto& reason : flip.after.reasons) {
        bool known =
            std::any_of(flip.before.reasons.begin(), flip.before.reasons.end(), [&](auto& each) {
                return each.rule == reason.rule && each.effect == reason.effect;
            });
        if (!known) fresh.push_back(reason);
    }
    return fresh;
}

std::vector<Missing> new_missing(const Flip& flip) {
    std::vector<Missing> fresh;
    for (const auto& lack : flip.after.missing) {
        bool known =
            std::any_of(flip.before.missing.begin(), flip.before.missing.end(), [&](auto& each) {
                return each.rule == lack.rule && each.what == lack.what;
            });
        if (!known) fresh.push_back(lack);
    }
    return fresh;
}

std::vector<Duty> new_duties(const Flip& flip) {
    std::vector<Duty> fresh;
    for (const auto& duty : flip.after.duties) {
        const auto& before = flip.before.duties;
        bool known = std::any_of(before.begin(), before.end(), [&](auto& each) {
            return each.id == duty.id;
        });
        if (!known) fresh.push_back(duty);
    }
    return fresh;
}

/// True if the record can speak for one of the cameras.
bool concerns(
    const registers::Record& record,
    const std::vector<CameraId>& cameras,
    const registers::Snapshot& snapshot
) {
    if (!record.site && !record.camera) return true;
    return std::any_of(cameras.begin(), cameras.end(), [&](const CameraId& name) {
        if (record.camera) return *record.camera == name;
        auto camera = snapshot.cameras.find(name);
        return camera != snapshot.cameras.end() && camera->second.site == *record.site;
    });
}

std::vector<std::string> records_of(
    Day on, const std::vector<CameraId>& cameras, const registers::Snapshot& snapshot
) {
    std::vector<std::string> names;
    for (const auto& [name, record] : snapshot.records) {
        bool ends = record.valid_until && *record.valid_until + std::chrono::days(1) == on;
        if (record.withdrawn || !(ends || record.valid_from == on)) continue;
        if (concerns(record, cameras, snapshot)) names.push_back(name);
    }
    return names;
}

/// What makes two flips one event.
using Key = std::
    tuple<Day, std::string, bool, std::string, std::string, std::string, std::string, std::string>;

Key key_of(const Flip& flip) {
    std::string why;
    std::string missing;
    std::string duties;
    for (const auto& reason : new_reasons(flip)) why += reason.rule + ' ';
    for (const auto& lack : new_missing(flip)) missing += lack.what + ' ';
    for (const auto& duty : new_duties(flip)) duties += duty.id + ' ';
    return {
        flip.on,
        flip.cause,
        flip.stricter,
        words_of(flip.before),
        words_of(flip.after),
        why,
        missing,
        duties};
}

/// At most `most` of them, then how many more.
std::string some(
    const std::vector<std::string>& all, std::size_t most, std::string_view between = ", "
) {
    std::vector<std::string> first(
        all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()))
    );
    auto text = fmt::format("{}", fmt::join(first, between));
    if (all.size() > most) text += fmt::format(" and {} more", all.size() - most);
    return text;
}

std::string_view office(std::string_view owner) {
    if (owner == "officer") return "data protection officer";
    if (owner == "controller") return "whoever signs for the controller";
    return owner;
}

std::string outcome(const Turn& turn) {
    bool one = turn.capabilities.size() == 1;
    if (turn.before == turn.after) {
        return fmt::format(
            "{} {}, and {} is asked for",
            one ? "stays" : "stay",
            turn.after,
            turn.stricter ? "more" : "less"
        );
    }
    return fmt::format("{} from {} to {}", one ? "turns" : "turn", turn.before, turn.after);
}

}  // namespace

std::vector<Turn> gather(const std::vector<Flip>& flips, const registers::Snapshot& snapshot) {
    std::map<Key, std::map<CameraId, std::vector<const Flip*>>> events;
    for (const auto& flip : flips) events[key_of(flip)][flip.after.camera].push_back(&flip);
    std::vector<Turn> turns;
    for (const auto& [key, cameras] : events) {
        // Cameras that turn in the same capabilities stand together.
        std::map<std::vector<std::string>, std::vector<CameraId>> alike;
        for (const auto& [camera, list] : cameras) {
            std::vector<std::string> capabilities;
            for (const auto* flip : list) capabilities.push_back(flip->after.capability);
            alike[std::move(capabilities)].push_back(camera);
        }
        const auto& flip = *cameras.begin()->second.front();
        for (auto& [capabilities, names] : alike) {
            Turn turn;
            turn.on = flip.on;
            turn.cause = flip.cause;
            turn.stricter = flip.stricter;
            turn.before = words_of(flip.before);
            turn.after = words_of(flip.after);
            turn.why = new_reasons(flip);
            turn.missing = new_missing(flip);
            turn.duties = new_duties(flip);
            turn.cameras = names;
            turn.records = records_of(turn.on, names, snapshot);
            turn.capabilities = capabilities;
            turns.push_back(std::move(turn));
        }
    }
    return turns;
}

std::string words_of(const Cell& cell) {
    std::string words = cell.permits()               ? "permitted"
                        : cell.verdict == "conflict" ? "a conflict for counsel"
                        : cell.pending               ? "refused until something is on record"
                                                     : "refused";
    if (cell.permits() && cell.footage_days_cap) {
        words += fmt::format(", kept for {} days at most", *cell.footage_days_cap);
    }
    return words;
}

Day latest_start(const Turn& turn, const Missing& missing) {
    return turn.on - std::chrono::days(missing.lead_days);
}

std::string task_words(const Turn& turn, const Missing& missing) {
    auto words = fmt::format("{} ({}", missing.next_step, office(missing.owner));
    if (missing.lead_days > 0) {
        words += fmt::format(", begun by {}", to_iso8601(latest_start(turn, missing)));
    }
    return words + ")";
}

std::string words_of(const Turn& turn) {
    std::vector<std::string> cameras;
    std::vector<std::string> capabilities;
    for (const auto& camera : turn.cameras) cameras.push_back(camera.text());
    for (const auto& capability : turn.capabilities) capabilities.push_back(spaced(capability));
    auto words = fmt::format("{}: {} {}", some(cameras, 6), some(capabilities, 4), outcome(turn));
    std::vector<std::string> why;
    for (const auto& reason : turn.why) why.push_back(reason.cite);
    if (turn.cause == "record" && turn.records.empty()) {
        words += ", because a record begins or ends";
    } else if (turn.cause == "record") {
        words += fmt::format(", because records begin or end: {}", some(turn.records, 6));
    } else if (!why.empty()) {
        words += fmt::format(", because of {}", fmt::join(why, "; "));
    }
    words += '.';
    std::vector<std::string> steps;
    for (const auto& lack : turn.missing) {
        auto step = task_words(turn, lack);
        if (std::find(steps.begin(), steps.end(), step) == steps.end()) steps.push_back(step);
    }
    if (!steps.empty()) words += fmt::format(" Needed: {}.", fmt::join(steps, "; "));
    std::vector<std::string> duties;
    for (const auto& duty : turn.duties) duties.push_back(duty.text);
    if (!duties.empty())
        words += fmt::format(" To be done from then on: {}.", some(duties, 6, "; "));
    return words;
}

}  // namespace proviso::law
