#pragma once

#include <atomic>

#include <proviso/base/guarded.h>

#include "state.h"

namespace proviso::api {

/// Close codes beyond those of RFC 6455: the HTTP status behind 4000.
inline constexpr int kClosedNoSession = 4401;
inline constexpr int kClosedRefused = 4403;
inline constexpr int kClosedGone = 4404;

Message text_message(const Json& json);

/// The permission behind a picture that goes on: renewed every minute, its end told in the words
/// of the law, and written down ("view.ended").
class ViewLease {
public:
    ViewLease(Call& call, CameraId camera, law::Permit<law::View> permit, std::uint64_t view_entry);
    ViewLease(const ViewLease&) = delete;
    ViewLease& operator=(const ViewLease&) = delete;
    ~ViewLease();

    /// Outlives the lease.
    std::shared_ptr<const law::Permit<law::View>> permit() const;

    bool valid(MonoTime now) const { return shared_->permit.valid(now); }

    void tick(MonoTime now);
    /// Once the permit is gone: why, within half a second.
    std::optional<std::string> why_ended(MonoTime now);

private:
    /// What a renewal on a worker thread shares with the lease.
    struct Shared {
        explicit Shared(law::Permit<law::View> given) : permit(std::move(given)) {}

        law::Permit<law::View> permit;
        Guarded<std::optional<std::string>> refusal;
        std::atomic<bool> renewing{false};
    };

    void renew(MonoTime now);

    State& state_;
    const CameraId camera_;
    const UserId user_;
    const std::uint64_t view_entry_;
    const MonoTime began_;
    std::shared_ptr<Shared> shared_;
    MonoTime next_renewal_;
    std::optional<MonoTime> ended_at_;
};

}  // namespace proviso::api
