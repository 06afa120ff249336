#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <proviso/base/id.h>
#include <proviso/base/worker.h>
#include <proviso/law/clearance.h>
#include <proviso/ledger/ledger.h>
#include <proviso/store/database.h>

namespace proviso::law {

/// What somebody wants to see without masks, and why.
struct LiftDraft {
    std::vector<CameraId> cameras;
    UserId user;
    std::string reason;  ///< erasable; not in the body of any entry
    std::chrono::minutes length{10};
    bool exports = false;  ///< clear clips may be taken out as well
    bool break_glass = false;
    std::string approval;  ///< the request another person agreed to; empty: none was needed
    std::optional<UserId> approved_by;
};

/// A time in which one person sees the people on some cameras without masks.
struct Lift {
    std::string id;
    LiftDraft what;
    Timestamp begins;
    Timestamp ends;  ///< at the latest
    std::optional<Timestamp> ended;
    std::string how;  ///< "time", "early", "stopped"; empty while it runs
    /// Of a break-glass lift: until when somebody else has to look at it.
    std::optional<Timestamp> review_due;
    std::optional<Timestamp> reviewed;
    std::optional<UserId> reviewed_by;
    std::string finding;  ///< what the reviewer found: "justified", "unjustified"
    std::string note;     ///< the reviewer's words; erasable
};

class LiftTable;

/// Which lifts run, and which ran. A lift begins and ends in the ledger ("lift.begun",
/// "lift.ended", "lift.reviewed"); it ends by itself to the microsecond, whether the entry of its
/// end can be written or not, and does not outlive the process. Thread-safe.
class Lifts final : public Clearances {
public:
    static Result<std::unique_ptr<Lifts>> open(
        store::Database& database, ledger::Ledger& ledger, const Clock& clock
    );
    Lifts(const Lifts&) = delete;
    Lifts& operator=(const Lifts&) = delete;
    ~Lifts() override;

    /// InvalidInput for no camera, no reason or a length outside 1 minute to 8 hours; Conflict for
    /// a break-glass lift of somebody whose last one is overdue for review.
    Result<Lift> begin(LiftDraft draft);
    /// Before its time. Conflict if it is over. What can no longer be seen is said after it is so.
    Result<Lift> end(const std::string& id, const UserId& by);
    /// The look at a break-glass lift afterwards. Forbidden for who had it; Conflict while it runs,
    /// if it was none or was reviewed.
    Result<Lift> review(
        const std::string& id, const UserId& by, std::string_view finding, std::string_view note
    );

    std::optional<Clearance> clearance(const CameraId& camera, const UserId& user) const override;

    void on_end(std::function<void()> listener) override;

    Result<std::optional<Lift>> find(const std::string& id) const;
    /// The newest 200 of the last ninety days, newest first, and every one that waits for review.
    Result<std::vector<Lift>> recent() const;
    /// Those of a camera that touch [from, to), oldest first, at most 500.
    Result<std::vector<Lift>> of_camera(const CameraId& camera, Timestamp from, Timestamp to) const;

    /// Told when one began, ended or was reviewed; from its own thread too, and not to call back
    /// what changes lifts.
    void on_change(std::function<void(const Lift&)> listener);

    /// Writes down the end of what is over. Happens by itself.
    void settle();

private:
    Lifts(store::Database& database, ledger::Ledger& ledger, const Clock& clock);

    /// A lift and when it ends on the clock nobody sets.
    struct Running {
        Lift lift;
        MonoTime until;
    };

    Result<Lift> close(Lift lift, std::string_view how, const std::optional<UserId>& by);
    void tell(const Lift& lift) const;
    void watch(const std::stop_token& stop);

    ledger::Ledger& ledger_;
    const Clock& clock_;
    std::unique_ptr<LiftTable> table_;
    std::mutex changing_;           ///< one change at a time; taken before mutex_
    mutable std::mutex mutex_;      ///< of what follows
    std::vector<Running> running_;  ///< and those whose end is not written down yet
    std::vector<std::function<void(const Lift&)>> listeners_;
    std::condition_variable_any wake_;
    Worker worker_;
};

}  // namespace proviso::law
