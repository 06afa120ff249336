#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <proviso/law/gate.h>
#include <proviso/media/packet.h>

namespace proviso::live {

/// One viewer of one stream. Packets wait in a bounded queue; when a viewer is too slow the queue
/// is emptied and goes on at the next key frame, counted. Thread-safe.
class Subscription {
public:
    virtual ~Subscription() = default;

    /// The next piece for Media Source Extensions: first an init segment, then fragments. Nothing
    /// if there is none now, or the permit ended (see ended()).
    struct Piece {
        bool init = false;
        std::shared_ptr<const Bytes> bytes;
        Timestamp wall;  ///< arrival of the first picture in it
        std::shared_ptr<const media::CodecParameters> codec;
    };

    virtual std::optional<Piece> next() = 0;
    /// Why it is over ("permit revoked", "camera removed"); nothing while it goes on.
    virtual std::optional<std::string> ended() const = 0;
    virtual std::uint64_t dropped() const = 0;
};

/// Fans packets out to viewers; a stream without viewers costs one lookup. The muxing of a
/// stream is done once for all its viewers. Starts with the last group of pictures, so that the
/// first picture comes at once. Thread-safe.
class Hub {
public:
    explicit Hub(const Clock& clock);
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;
    ~Hub();

    void on_packet(const media::StreamKey& stream, const media::PacketPtr& packet);

    /// `wake` is called, from any thread and never under a lock, when next() has something or
    /// ended() turned true.
    std::shared_ptr<Subscription> subscribe(
        const media::StreamKey& stream, law::Permit<law::View> permit, std::function<void()> wake
    );
    /// The stream is no more: its viewers end.
    void remove(const media::StreamKey& stream);
    std::size_t viewers() const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::live
