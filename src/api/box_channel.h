#pragma once

#include <deque>

#include <proviso/alerts/alerts.h>

#include "session_guard.h"
#include "view_lease.h"

namespace proviso::api {

/// Boxes of what is tracked now, to one viewer: the newest observation, never a queue of them.
class BoxChannel final : public Channel {
public:
    BoxChannel(
        Call& call,
        SessionGuard guard,
        CameraId camera,
        law::Permit<law::View> permit,
        std::uint64_t view_entry
    );

    void open(std::function<void()> wake) override;
    void tick(MonoTime now) override;
    std::optional<Message> next() override;

    std::optional<int> over() override { return code_; }

private:
    void end(int code, std::string_view words);

    State& state_;
    SessionGuard guard_;
    const CameraId camera_;
    ViewLease lease_;
    std::shared_ptr<alerts::BoxFeed> feed_;
    std::function<void()> wake_;
    std::optional<Message> last_;
    std::optional<int> code_;
};

}  // namespace proviso::api
