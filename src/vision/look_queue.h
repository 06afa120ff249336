#pragma once

#include <deque>
#include <optional>

#include <proviso/base/time.h>
#include <proviso/media/packet.h>

namespace proviso::vision {

/// What one camera still has waiting to be looked at. When time is short the oldest goes first, in
/// whole groups of pictures, so that what is looked at is always of now. Not thread-safe.
class LookQueue {
public:
    struct Limits {
        milliseconds most_age{1500};  ///< older than this a packet waits for nobody
        std::size_t most_bytes = 8U << 20U;
        std::size_t most_packets = 600;
    };

    LookQueue() : LookQueue(Limits{}) {}

    explicit LookQueue(Limits limits) : limits_(limits) {}

    void push(media::PacketPtr packet);
    /// The next one worth looking at; nothing if there is none. What follows shed pictures is
    /// marked as a discontinuity.
    media::PacketPtr pop(MonoTime now);

    bool empty() const { return packets_.empty(); }

    /// Pictures thrown away unseen so far.
    std::uint64_t shed() const { return shed_; }

private:
    void drop_front();
    /// Drops everything before the newest key frame; false if there is none behind the front.
    bool skip_to_newest_key();

    const Limits limits_;
    std::deque<media::PacketPtr> packets_;
    std::size_t bytes_ = 0;
    std::uint64_t shed_ = 0;
    bool broken_ = false;  ///< something before the front is missing
};

}  // namespace proviso::vision
