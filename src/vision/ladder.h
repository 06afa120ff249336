#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <proviso/media/packet.h>

#include "decoder.h"
#include "packet_watch.h"

namespace proviso::vision {

/// Decides which packets are decoded and which pictures are looked at. Keeps the compressed packets
/// since the key frame that was looked at last, so that waking loses nothing.
class Ladder {
public:
    struct Look {
        Planes picture;
        std::int64_t pts = 0;
        Timestamp wall;
        MonoTime mono;
        bool idle = false;  ///< a key frame while nothing moves: if it moved, it is shown again
        bool key_frame = false;
    };

    explicit Ladder(int max_fps, bool always_awake = false)
        : interval_(90'000 / max_fps), always_awake_(always_awake) {}

    /// An error says what of the stream was lost; the next packet can be pushed all the same.
    Result<> push(const media::Packet& packet);

    /// The next picture that is worth a look; nothing if none is due. After each look: judge().
    Result<std::optional<Look>> next();

    /// `moved`: something moves in the picture. `busy`: stay awake though nothing moves.
    void judge(bool moved, bool busy);

    bool awake() const { return awake_; }

    std::uint64_t decoded() const { return decoded_; }

    std::uint64_t skipped() const { return skipped_; }

    /// True once after the stream began anew.
    bool take_restart() { return std::exchange(restarted_, false); }

private:
    struct Kept {
        Bytes data;
        bool key_frame = false;
        std::int64_t pts = 0;
        Timestamp wall;
        MonoTime mono;
    };

    Result<> follow_codec(const media::Packet& packet);
    void keep(const media::Packet& packet);
    void drop_front(std::size_t count);
    void drop_before_key();
    void limit();
    void wake(std::int64_t pts, bool by_size);
    Result<std::optional<Look>> look_at_key();
    Look look_from(const Kept& packet) const;

    std::int64_t interval_;
    bool always_awake_;
    std::unique_ptr<Decoder> decoder_;
    PacketWatch watch_;
    std::deque<Kept> kept_;
    std::vector<Bytes> spare_;
    std::size_t kept_bytes_ = 0;
    std::size_t position_ = 0;  // how many of kept_ the decoder has taken
    bool awake_ = false;
    bool by_size_ = false;   // woken by packet sizes and nothing has moved yet
    bool headless_ = false;  // the key frame of kept_ was dropped
    bool broken_ = true;     // nothing can be decoded before the next key frame
    bool key_due_ = false;
    bool restarted_ = true;
    std::int64_t last_key_look_ = INT64_MIN / 2;
    std::int64_t last_look_ = INT64_MIN / 2;
    std::size_t since_key_ = 0;
    std::int64_t quiet_since_ = 0;
    std::uint64_t decoded_ = 0;
    std::uint64_t skipped_ = 0;
};

}  // namespace proviso::vision
