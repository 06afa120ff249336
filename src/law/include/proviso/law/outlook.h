#pragma once

#include <proviso/law/matrix.h>

/// What changes for these cameras, and when: pure, over the same matrix that is shown.
namespace proviso::law {

/// A cell that reads otherwise from a day on.
struct Flip {
    Day on;
    Cell before;
    Cell after;
    std::string cause;  ///< "law": a rule begins or ends; "record": one ends; "pack": a new pack
    bool stricter = false;  ///< less is permitted, kept for less long, or more is asked for
};

/// Flips that are one event for a person: on one day, for one reason, to one end.
struct Turn {
    Day on;
    std::string cause;
    bool stricter = false;
    std::string before;  ///< "permitted", "refused until something is on record", ...
    std::string after;
    std::vector<Reason> why;           ///< the rules that speak now and did not before
    std::vector<Missing> missing;      ///< what is asked for now and was not before
    std::vector<Duty> duties;          ///< what must be done from then on and had not to before
    std::vector<std::string> records;  ///< those that begin or end on the day, whatever the cause
    std::vector<CameraId> cameras;
    std::vector<std::string> capabilities;
};

/// A record that a changed rule asks for: the text behind it must be looked at again.
struct LookAgain {
    std::string record;  ///< its name in the registers
    std::string kind;    ///< "notice", "consent", ...
    std::string rule;    ///< the rule that changed
};

/// What putting `after` in the place of `before` means here.
struct PackDifference {
    std::vector<Flip> today;             ///< cells that read otherwise at once
    std::vector<Flip> later;             ///< those whose coming changes differ, by day
    std::vector<std::string> rules_new;  ///< ids
    std::vector<std::string> rules_gone;
    std::vector<std::string> rules_changed;
    std::vector<LookAgain> look_again;
};

/// Changes from the day after `from` until `to`, by day, in the order of the matrix.
Result<std::vector<Flip>> horizon(
    const Packs& packs,
    const registers::Snapshot& snapshot,
    Day from,
    Day to,
    const std::string& viewer_country
);

Result<PackDifference> difference(
    const std::shared_ptr<const policy::PackSet>& before,
    const std::shared_ptr<const policy::PackSet>& after,
    const registers::Snapshot& snapshot,
    Day today,
    Day until,
    const std::string& viewer_country
);

/// The last day on which what is missing can be begun so that it counts when it is asked for.
Day latest_start(const Turn& turn, const Missing& missing);

/// For a person: "Put the declaration to Quebec's CAI on record (data protection officer, begun by
/// 2027-04-02)".
std::string task_words(const Turn& turn, const Missing& missing);

/// Gathers flips into events, by day.
std::vector<Turn> gather(const std::vector<Flip>& flips, const registers::Snapshot& snapshot);

/// RFC 5545: one all-day event a turn, with a stable UID; `now` stamps it.
std::string to_icalendar(const std::vector<Turn>& turns, Timestamp now);

/// For a person: "gate-1, gate-2: face identification turns from permitted to refused, because of
/// AI Act Art. 26(1). Needed: ...".
std::string words_of(const Turn& turn);

}  // namespace proviso::law
