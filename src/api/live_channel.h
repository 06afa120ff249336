#pragma once

#include <deque>

#include "session_guard.h"
#include "view_lease.h"

namespace proviso::api {

/// Live video to one viewer: text before binary, as LiveMessage in openapi.yaml.
class LiveChannel final : public Channel {
public:
    LiveChannel(
        Call& call,
        SessionGuard guard,
        media::StreamKey stream,
        law::Permit<law::View> permit,
        std::uint64_t view_entry
    );
    ~LiveChannel() override;

    void open(std::function<void()> wake) override;
    void tick(MonoTime now) override;
    std::optional<Message> next() override;
    std::optional<int> over() override;

private:
    void end(int code, std::string_view words);
    void queue(const live::Piece& piece);

    State& state_;
    SessionGuard guard_;
    const media::StreamKey stream_;
    ViewLease lease_;
    std::shared_ptr<live::Subscription> subscription_;
    std::function<void()> wake_;
    std::deque<Message> waiting_;
    std::int64_t next_time_message_ = 0;
    std::optional<int> code_;
};

/// Says no in the socket, because a browser cannot read the answer to a failed handshake.
class RefusedChannel final : public Channel {
public:
    explicit RefusedChannel(const law::Refusal& refusal);

    void open(std::function<void()> /*wake*/) override {}

    void tick(MonoTime /*now*/) override {}

    std::optional<Message> next() override;

    std::optional<int> over() override { return kClosedRefused; }

private:
    std::optional<Message> message_;
};

}  // namespace proviso::api
