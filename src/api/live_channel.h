#pragma once

#include <deque>

#include <proviso/base/guarded.h>

#include "session_guard.h"

namespace proviso::api {

/// Close codes beyond those of RFC 6455: the HTTP status behind 4000.
inline constexpr int kClosedNoSession = 4401;
inline constexpr int kClosedRefused = 4403;
inline constexpr int kClosedGone = 4404;

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
    /// What a renewal on a worker thread shares with the channel.
    struct Lease {
        explicit Lease(law::Permit<law::View> given) : permit(std::move(given)) {}

        law::Permit<law::View> permit;
        Guarded<std::optional<std::string>> refusal;
        std::atomic<bool> renewing{false};
        std::atomic<bool> asked_why{false};
    };

    void renew(MonoTime now);
    void finish(MonoTime now);
    void end(int code, std::string_view words);
    void queue(const live::Piece& piece);

    State& state_;
    SessionGuard guard_;
    const media::StreamKey stream_;
    const UserId user_;
    const std::uint64_t view_entry_;
    const MonoTime began_;
    std::shared_ptr<Lease> lease_;
    std::shared_ptr<live::Subscription> subscription_;
    std::function<void()> wake_;
    std::deque<Message> waiting_;
    MonoTime next_renewal_;
    std::optional<MonoTime> ended_at_;
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
