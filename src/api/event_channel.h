#pragma once

#include "session_guard.h"

namespace proviso::api {

/// Server-sent events: what changed, within a quarter of a second.
class EventChannel final : public Channel {
public:
    EventChannel(Call& call, SessionGuard guard);

    void open(std::function<void()> wake) override { wake_ = std::move(wake); }

    void tick(MonoTime now) override;
    std::optional<Message> next() override;
    std::optional<int> over() override;

private:
    SessionGuard guard_;
    std::shared_ptr<Changes::Ear> ear_;
    std::function<void()> wake_;
    std::string waiting_;
    MonoTime ends_;
    MonoTime next_sign_;
    bool over_ = false;
};

}  // namespace proviso::api
