#include "proviso/law/lifts.h"

#include <algorithm>

#include <proviso/base/log.h>

#include "lift_table.h"

namespace proviso::law {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr minutes kShortest{1};
constexpr hours kLongest{8};
constexpr hours kReviewWithin{24};
constexpr std::chrono::seconds kTryAgain{5};
constexpr std::size_t kMostCameras = 200;
constexpr std::size_t kLongestText = 500;

Json begun_body(const Lift& lift) {
    Json cameras = Json::array();
    for (const auto& camera : lift.what.cameras) cameras.push_back(camera.text());
    Json body = {
        {"lift", lift.id},
        {"user", lift.what.user.text()},
        {"cameras", std::move(cameras)},
        {"until", to_iso8601(lift.ends)},
        {"exports", lift.what.exports},
        {"break_glass", lift.what.break_glass}};
    if (lift.what.approved_by) {
        body["approval"] = lift.what.approval;
        body["approved_by"] = lift.what.approved_by->text();
    }
    if (lift.review_due) body["review_due"] = to_iso8601(*lift.review_due);
    return body;
}

bool covers(const Lift& lift, const CameraId& camera) {
    return std::find(lift.what.cameras.begin(), lift.what.cameras.end(), camera) !=
           lift.what.cameras.end();
}

Result<> check(const LiftDraft& draft) {
    if (draft.cameras.empty() || draft.cameras.size() > kMostCameras) {
        return invalid_input("a lift is for 1 to 200 cameras", "name the cameras");
    }
    if (draft.reason.size() < 3 || draft.reason.size() > kLongestText) {
        return invalid_input("'reason' must have 3 to 500 characters", "say why");
    }
    if (draft.length < kShortest || draft.length > kLongest) {
        return invalid_input("a lift lasts 1 minute to 8 hours", "ask again when it is over");
    }
    return {};
}

}  // namespace

Lifts::Lifts(store::Database& database, ledger::Ledger& ledger, const Clock& clock)
    : ledger_(ledger), clock_(clock), table_(std::make_unique<LiftTable>(database)) {}

Lifts::~Lifts() { worker_.stop(); }

Result<std::unique_ptr<Lifts>> Lifts::open(
    store::Database& database, ledger::Ledger& ledger, const Clock& clock
) {
    std::unique_ptr<Lifts> lifts(new Lifts(database, ledger, clock));
    PROVISO_TRY(lifts->table_->prepare());
    for (auto& left : PROVISO_TRY(lifts->table_->unended())) {
        PROVISO_TRY(lifts->close(std::move(left), "stopped", std::nullopt));
    }
    lifts->worker_ =
        Worker("lifts", [self = lifts.get()](const std::stop_token& stop) { self->watch(stop); });
    return lifts;
}

void Lifts::watch(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        settle();
        std::unique_lock lock(mutex_);
        if (running_.empty()) {
            wake_.wait(lock, stop, [this] { return !running_.empty(); });
            continue;
        }
        auto next = std::min_element(running_.begin(), running_.end(), [](auto& a, auto& b) {
            return a.until < b.until;
        });
        auto rest = std::chrono::ceil<milliseconds>(next->until - clock_.monotonic());
        // What is over and still here could not be written down.
        auto pause = rest.count() > 0 ? rest : milliseconds(kTryAgain);
        wake_.wait_for(lock, stop, std::min(pause, milliseconds(kTryAgain)), [] { return false; });
    }
}

Result<Lift> Lifts::begin(LiftDraft draft) {
    PROVISO_TRY(check(draft));
    Lift lift;
    {
        std::lock_guard lock(changing_);
        auto now = clock_.now();
        if (draft.break_glass) {
            auto due = PROVISO_TRY(table_->unreviewed());
            bool overdue = std::any_of(due.begin(), due.end(), [&](const Lift& each) {
                return each.what.user == draft.user && each.review_due < now;
            });
            if (overdue) {
                return Error(
                    ErrorKind::Conflict,
                    "the last time this was done is overdue for review",
                    "let somebody else review it first"
                );
            }
        }
        lift.id = Uuid::random().text();
        lift.begins = now;
        lift.ends = now + draft.length;
        if (draft.break_glass) lift.review_due = now + kReviewWithin;
        lift.what = std::move(draft);
        Json personal = {{"reason", lift.what.reason}};
        PROVISO_TRY(ledger_.append({"lift.begun", begun_body(lift), std::move(personal)}));
        PROVISO_TRY(table_->put(lift));
        std::lock_guard inner(mutex_);
        running_.push_back({lift, clock_.monotonic() + lift.what.length});
    }
    wake_.notify_all();
    tell(lift);
    return lift;
}

Result<Lift> Lifts::end(const std::string& id, const UserId& by) {
    Lift lift;
    {
        std::lock_guard lock(changing_);
        {
            std::lock_guard inner(mutex_);
            auto found = std::find_if(running_.begin(), running_.end(), [&](const auto& each) {
                return each.lift.id == id && clock_.monotonic() < each.until;
            });
            if (found == running_.end()) {
                return Error(
                    ErrorKind::Conflict, "this is over already", "there is nothing to end"
                );
            }
            // From here on nobody sees by it, whatever can be written down.
            found->until = clock_.monotonic();
            found->lift.ends = clock_.now();
            found->lift.how = "early";
            lift = found->lift;
        }
        tell(lift);
        lift = PROVISO_TRY(close(std::move(lift), "early", by));
    }
    return lift;
}

Result<Lift> Lifts::review(
    const std::string& id, const UserId& by, std::string_view finding, std::string_view note
) {
    std::lock_guard lock(changing_);
    auto lift = PROVISO_TRY(table_->find(id));
    if (!lift) return Error(ErrorKind::NotFound, "there is no such lift", "see the open reviews");
    if (lift->what.user == by) {
        return Error(
            ErrorKind::Forbidden,
            "nobody reviews what they did themselves",
            "let somebody with another account do it"
        );
    }
    if (!lift->review_due || lift->reviewed || !lift->ended) {
        return Error(
            ErrorKind::Conflict,
            !lift->review_due ? "this needs no review"
            : lift->reviewed  ? "this was reviewed already"
                              : "this still runs",
            lift->ended ? "see the open reviews" : "end it first"
        );
    }
    if (note.size() < 3 || note.size() > kLongestText) {
        return invalid_input("'note' must have 3 to 500 characters", "say what was found");
    }
    if (finding != "justified" && finding != "unjustified") {
        return invalid_input("'finding' is 'justified' or 'unjustified'");
    }
    lift->reviewed = clock_.now();
    lift->reviewed_by = by;
    lift->finding = finding;
    lift->note = note;
    Json body = {
        {"lift", lift->id},
        {"by", by.text()},
        {"finding", lift->finding},
        {"late", *lift->reviewed > *lift->review_due}};
    PROVISO_TRY(ledger_.append({"lift.reviewed", std::move(body), {{"note", lift->note}}}));
    PROVISO_TRY(table_->put(*lift));
    tell(*lift);
    return *std::move(lift);
}

std::optional<Clearance> Lifts::clearance(const CameraId& camera, const UserId& user) const {
    auto now = clock_.monotonic();
    std::optional<Clearance> best;
    std::lock_guard lock(mutex_);
    for (const auto& [lift, until] : running_) {
        if (lift.what.user != user || now >= until || !covers(lift, camera)) continue;
        bool exports = lift.what.exports || (best && best->exports);
        if (!best || best->until_mono < until) best = Clearance{lift.id, lift.ends, until, exports};
        best->exports = exports;
    }
    return best;
}

Result<std::optional<Lift>> Lifts::find(const std::string& id) const { return table_->find(id); }

Result<std::vector<Lift>> Lifts::recent() const {
    constexpr std::chrono::days kRecent{90};
    auto list = PROVISO_TRY(table_->since(clock_.now() - kRecent));
    for (auto& due : PROVISO_TRY(table_->unreviewed())) {
        bool known = std::any_of(list.begin(), list.end(), [&](const Lift& each) {
            return each.id == due.id;
        });
        if (!known) list.push_back(std::move(due));
    }
    return list;
}

Result<std::vector<Lift>> Lifts::of_camera(const CameraId& camera, Timestamp from, Timestamp to)
    const {
    auto list = PROVISO_TRY(table_->touching(from, to));
    std::erase_if(list, [&](const Lift& lift) { return !covers(lift, camera); });
    return list;
}

void Lifts::on_change(std::function<void(const Lift&)> listener) {
    std::lock_guard lock(mutex_);
    listeners_.push_back(std::move(listener));
}

void Lifts::on_end(std::function<void()> listener) {
    on_change([listener = std::move(listener)](const Lift& lift) {
        if (!lift.how.empty()) listener();
    });
}

void Lifts::tell(const Lift& lift) const {
    auto told = [this] {
        std::lock_guard lock(mutex_);
        return listeners_;
    }();
    for (const auto& listener : told) listener(lift);
}

void Lifts::settle() {
    std::lock_guard lock(changing_);
    std::vector<Lift> over;
    {
        auto now = clock_.monotonic();
        std::lock_guard inner(mutex_);
        for (const auto& [lift, until] : running_) {
            if (now >= until) over.push_back(lift);
        }
    }
    for (auto& lift : over) {
        auto how = lift.how.empty() ? std::string("time") : lift.how;
        auto closed = close(lift, how, std::nullopt);
        if (!closed) {
            log_error("the end of a lift could not be written: {}", closed.error().story());
            continue;
        }
        if (how == "time") tell(*closed);
    }
}

/// Its end, written down; until then it is over but kept.
Result<Lift> Lifts::close(Lift lift, std::string_view how, const std::optional<UserId>& by) {
    lift.how = how;
    lift.ended = how == "stopped" ? std::min(lift.ends, clock_.now()) : lift.ends;
    Json body = {
        {"lift", lift.id},
        {"user", lift.what.user.text()},
        {"how", how},
        {"seconds", std::chrono::round<std::chrono::seconds>(*lift.ended - lift.begins).count()}};
    if (by) body["by"] = by->text();
    PROVISO_TRY(ledger_.append({"lift.ended", std::move(body), {}}));
    PROVISO_TRY(table_->put(lift));
    std::lock_guard lock(mutex_);
    std::erase_if(running_, [&](const auto& each) { return each.lift.id == lift.id; });
    return lift;
}

}  // namespace proviso::law
