#include "proviso/recognise/recogniser.h"

#include <algorithm>

#include <proviso/base/log.h>

#include "inside.h"

namespace proviso::recognise {

namespace {

constexpr std::chrono::days kTrafficDays{7};
constexpr std::chrono::days kKeepLooks{400};

Traffic traffic_of(const Looks& looks, Timestamp now) {
    Traffic traffic;
    if (looks.looks == 0) return traffic;
    using Days = std::chrono::duration<double, std::chrono::days::period>;
    traffic.days_measured = std::clamp(Days(now - looks.first).count(), 1.0 / 24, 7.0);
    traffic.faces_per_day = static_cast<double>(looks.faces) / traffic.days_measured;
    traffic.looks_per_day = static_cast<double>(looks.looks) / traffic.days_measured;
    return traffic;
}

}  // namespace

Recogniser::Recogniser() = default;

Recogniser::~Recogniser() = default;

Result<std::unique_ptr<Recogniser>> Recogniser::open(
    store::Database& database,
    keys::KeyStore& keys,
    ledger::Ledger& ledger,
    registers::Source& registers,
    const Clock& clock,
    RecogniserOptions options
) {
    std::unique_ptr<Recogniser> recogniser(new Recogniser());
    recogniser->inside_ =
        std::make_shared<Inside>(database, keys, ledger, registers, clock, std::move(options));
    auto& inside = *recogniser->inside_;
    PROVISO_TRY(inside.load().while_doing("read the galleries"));
    registers.on_change([weak = std::weak_ptr(recogniser->inside_
                         )](const registers::SnapshotPtr& snapshot) {
        auto alive = weak.lock();
        if (alive == nullptr) return;
        std::lock_guard one_at_a_time(alive->changing);
        auto forgotten = alive->forget_without_consent(snapshot);
        if (!forgotten) log_error("{}", forgotten.error().story());
    });
    PROVISO_TRY(recogniser->tidy());
    return recogniser;
}

Result<std::vector<Match>> Recogniser::matches(const MatchFilter& filter) const {
    std::vector<Match> all;
    for (auto& stored : PROVISO_TRY(inside_->tables.matches(filter))) {
        all.push_back(std::move(stored.match));
    }
    return all;
}

Result<Match> Recogniser::match_of(const std::string& id) const {
    auto found = PROVISO_TRY(inside_->tables.match_of(id));
    if (!found) return not_found("match");
    return std::move(found->match);
}

Result<Match> Recogniser::decide(const std::string& id, bool confirmed, const UserId& by) {
    auto& inside = *inside_;
    std::lock_guard one_at_a_time(inside.changing);
    auto match = PROVISO_TRY(match_of(id));
    auto now = inside.clock.now();
    bool late = now - match.at > inside.options.decide_within;
    if (match.state != MatchState::Proposed || late) {
        return Error(
            ErrorKind::Conflict,
            late && match.state == MatchState::Proposed ? "the proposal has expired"
                                                        : "the match is decided already"
        );
    }
    if (confirmed && match.first_by == by) {
        return Error(
            ErrorKind::Conflict,
            "you confirmed this match already",
            "another person must look at it: two are needed"
        );
    }
    if (match.first_by) {
        match.second_by = by;
        match.second_at = now;
    } else {
        match.first_by = by;
        match.first_at = now;
    }
    if (!confirmed) {
        match.state = MatchState::Rejected;
    } else if (match.needed < 2 || match.second_by) {
        match.state = MatchState::Confirmed;
    }
    Json body = {
        {"by", by.text()},
        {"decision", confirmed ? "confirmed" : "rejected"},
        {"match", match.id},
        {"state", to_string(match.state)}};
    PROVISO_TRY(inside.ledger.append({"match.decided", std::move(body), nullptr})
                    .while_doing("record the decision on a match"));
    PROVISO_TRY(inside.tables.decide(match));
    return match;
}

Result<ThresholdFigures> Recogniser::threshold_figures(
    const GalleryId& id, std::optional<double> threshold
) const {
    auto told = PROVISO_TRY(gallery(id));
    auto now = inside_->clock.now();
    auto since = day_of(now) - kTrafficDays + std::chrono::days(1);
    auto looks = PROVISO_TRY(inside_->tables.looks(id, since));
    std::optional<AccuracyTable> table;
    if (inside_->options.accuracy) table = inside_->options.accuracy(told.model);
    return figures_at(
        threshold.value_or(told.terms.threshold),
        told.people,
        traffic_of(looks, now),
        table ? &*table : nullptr
    );
}

Result<std::vector<ThresholdFigures>> Recogniser::all_threshold_figures(const GalleryId& id) const {
    auto told = PROVISO_TRY(gallery(id));
    auto now = inside_->clock.now();
    auto since = day_of(now) - kTrafficDays + std::chrono::days(1);
    auto traffic = traffic_of(PROVISO_TRY(inside_->tables.looks(id, since)), now);
    std::vector<ThresholdFigures> all;
    std::optional<AccuracyTable> table;
    if (inside_->options.accuracy) table = inside_->options.accuracy(told.model);
    if (!table) return all;
    for (const auto& point : table->points) {
        all.push_back(figures_at(point.threshold, told.people, traffic, &*table));
    }
    return all;
}

Result<> Recogniser::tidy() {
    auto& inside = *inside_;
    std::lock_guard one_at_a_time(inside.changing);
    auto now = inside.clock.now();
    auto counted =
        inside.traces.with([](Traces& traces) { return std::exchange(traces.looks, {}); });
    PROVISO_TRY(inside.tables.add(counted).while_doing("count comparisons"));
    std::vector<GalleryId> expired;
    std::vector<Leaving> leaving;
    {
        std::shared_lock lock(inside.memory);
        for (const auto& [id, in] : inside.kept) {
            if (inside.state_of(in.gallery) == GalleryState::Expired) expired.push_back(id);
            for (const auto& [person, enrolled] : in.people) {
                if (!enrolled.going && inside.state_of(in, enrolled) != PersonState::Expired) {
                    continue;
                }
                leaving.push_back({id, person});
            }
        }
    }
    PROVISO_TRY(inside.forget(leaving, "expired", the_machine()));
    for (const auto& id : expired) {
        PROVISO_TRY(inside.forget_gallery(id, "expired", the_machine()));
    }
    PROVISO_TRY(inside.forget_without_consent(inside.registers.snapshot()));
    PROVISO_TRY(inside.tables.expire_proposals(now - inside.options.decide_within));
    inside.erase_leaves(PROVISO_TRY(inside.tables.drop_matches(now - inside.options.keep_matches)));
    return inside.tables.drop_looks(day_of(now) - kKeepLooks);
}

}  // namespace proviso::recognise
