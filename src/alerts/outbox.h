#pragma once

#include <atomic>

#include <proviso/alerts/notices.h>
#include <proviso/base/bounded_queue.h>
#include <proviso/base/worker.h>

namespace proviso::alerts {

/// Says once what became of a message, at the latest when nobody holds it any more: dropped from a
/// full queue, or left in it at the end.
struct Outcome {
    explicit Outcome(std::function<void(bool)> then) : done(std::move(then)) {}

    Outcome(const Outcome&) = delete;
    Outcome& operator=(const Outcome&) = delete;

    ~Outcome() { done(told); }

    std::function<void(bool told)> done;
    std::atomic<bool> told{false};
};

/// One message on its way.
struct Notice {
    CameraId camera;  ///< empty: about none
    Timestamp from;   ///< of what it is about
    std::string id;   ///< of the delivery; the same when it is tried again
    std::string topic;
    std::string subject;
    std::string body;
    bool retain = false;
    std::shared_ptr<Outcome> outcome = {};  ///< of those that must not be lost in silence
};

/// How a destination is reached. Unavailable and Timeout mean "try again", anything else "never".
class Sender {
public:
    Sender() = default;
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;
    virtual ~Sender() = default;

    virtual Result<> send(const Notice& notice) = 0;
};

/// The queue and the thread of one destination. Thread-safe.
class Outbox {
public:
    Outbox(
        Destination to,
        std::unique_ptr<Sender> sender,
        MaySend may_send,
        NoticeTiming timing,
        const Clock& clock
    );

    void put(Notice notice);
    NoticeHealth health() const;

    const Destination& to() const { return to_; }

private:
    struct Waiting {
        Notice notice;
        MonoTime since;
    };

    void deliver(const Waiting& waiting, const std::stop_token& stop);

    const Destination to_;
    const std::unique_ptr<Sender> sender_;
    const MaySend may_send_;
    const NoticeTiming timing_;
    const Clock& clock_;
    BoundedQueue<Waiting> queue_{256, WhenFull::DropOldest};
    std::atomic<std::uint64_t> sent_{0};
    std::atomic<std::uint64_t> failed_{0};
    std::atomic<std::uint64_t> refused_{0};
    Worker worker_;
};

}  // namespace proviso::alerts
