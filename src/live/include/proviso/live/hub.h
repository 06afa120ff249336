#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <proviso/law/gate.h>
#include <proviso/media/packet.h>

namespace proviso::live {

/// A stretch of a live stream, ready for Media Source Extensions. The bytes are shared by all
/// viewers of the stream.
struct Piece {
    bool init = false;  ///< ftyp + moov; else one moof + mdat
    bool key_frame = false;
    std::shared_ptr<const Bytes> bytes;
    Timestamp wall;               ///< arrival of the first picture in it
    std::int64_t media_time = 0;  ///< when that picture is shown, 90 kHz on the stream's timeline
    std::int64_t duration = 0;    ///< 90 kHz
    std::shared_ptr<const media::CodecParameters> codec;
};

/// One viewer of one stream. Pieces wait in a bounded queue; when a viewer is more than two
/// seconds (or 16 MiB) behind, the queue is emptied and goes on at the next key frame, counted.
/// Letting go of it ends the viewing. Thread-safe.
class Subscription {
public:
    Subscription() = default;
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    virtual ~Subscription() = default;

    /// The next piece: first an init segment, then fragments from a key frame on, and a new init
    /// segment whenever the picture format changes. Nothing if there is none now, or it is over.
    virtual std::optional<Piece> next() = 0;
    /// Why it is over, in words for a person; nothing while it goes on. A revoked permit is seen
    /// here at once, whether packets flow or not.
    virtual std::optional<std::string> ended() = 0;
    /// Fragments this viewer missed because it was too slow.
    virtual std::uint64_t dropped() const = 0;
};

/// Fans packets out to viewers. The muxing of a stream is done once for all its viewers, in
/// fragments of at most 100 ms; without viewers a packet costs one lookup and one reference. The
/// last group of pictures is kept (by reference, at most 8 MiB), so that a new viewer sees a
/// picture at once. Thread-safe; packets of one stream come from one thread at a time.
class Hub {
public:
    explicit Hub(const Clock& clock);
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;
    ~Hub();

    void on_packet(const media::StreamKey& stream, const media::PacketPtr& packet);

    /// Views while `permit` is valid; renewing it is the caller's business. Only a permit that says
    /// so shows anything but a masked stream: the others are over before they begin (LIVE-3).
    /// `wake` is called, from any thread and never under a lock, when next() has something again or
    /// a packet met an ended permit. A stream that has no packets yet may be subscribed to.
    std::shared_ptr<Subscription> subscribe(
        const media::StreamKey& stream,
        std::shared_ptr<const law::Permit<law::View>> permit,
        std::function<void()> wake
    );

    /// The stream is no more: its viewers end with `words`.
    void remove(const media::StreamKey& stream, std::string_view words = "The camera was removed.");

    /// Called with a stream whenever somebody begins to watch it, on their thread.
    void on_watched(std::function<void(const media::StreamKey&)> listener);

    /// The packets since the last key frame; none if they are too many to be kept.
    std::vector<media::PacketPtr> last_group(const media::StreamKey& stream) const;

    /// What the stream carries now; null before its first key frame.
    std::shared_ptr<const media::CodecParameters> codec(const media::StreamKey& stream) const;
    std::size_t viewers() const;
    std::size_t viewers(const media::StreamKey& stream) const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::live
