#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>

#include <proviso/base/bytes.h>
#include <proviso/base/unique_fd.h>
#include <proviso/media/nal.h>

/// A one-way road between the server and a worker: records of a header and a payload in sealed
/// shared memory, one writer, one reader. Neither end believes the other: the reader copies a
/// header out before it looks at it, and checks every number against what it knows itself; a reader
/// that lies about its position gets nothing more written.
namespace proviso::workers {

/// The largest payload of a record: nothing that travels here is longer.
inline constexpr std::size_t kMaxPayload = media::kMaxAccessUnitSize;

struct RecordHeader {
    std::uint32_t kind = 0;  ///< what the two ends agreed on
    std::uint32_t stream = 0;
    std::uint32_t size = 0;   ///< of the payload
    std::uint32_t flags = 0;  ///< kKeyFrame, kDiscontinuity
    std::int64_t dts = 0;
    std::int64_t pts = 0;
    std::int64_t mono_us = 0;
    std::uint32_t rtp = 0;
    std::uint32_t reserved = 0;
};

inline constexpr std::uint32_t kKeyFrame = 1;
inline constexpr std::uint32_t kDiscontinuity = 2;

static_assert(sizeof(RecordHeader) == 48);

/// Sealed memory that can neither shrink nor grow, mapped for as long as this lives.
class RingMemory {
public:
    /// `capacity`: a power of two from 64 KiB to 1 GiB.
    static Result<RingMemory> create(std::size_t capacity);
    /// Of a descriptor that was received: its size and seals are checked.
    static Result<RingMemory> open(UniqueFd memory);

    RingMemory(RingMemory&& other) noexcept;
    RingMemory& operator=(RingMemory&&) = delete;
    RingMemory(const RingMemory&) = delete;
    RingMemory& operator=(const RingMemory&) = delete;
    ~RingMemory();

    struct Control {
        alignas(64) std::atomic<std::uint64_t> written;  // by the writer
        // By the worker, whichever end it holds: the stream it works on now, and how often it
        // changed its mind, so that one who stands still is told from one who is busy.
        std::atomic<std::uint32_t> working_on;
        std::atomic<std::uint32_t> beats;
        alignas(64) std::atomic<std::uint64_t> read;  // by the reader
        std::atomic<std::uint32_t> reader_sleeps;     // by both
    };

    int fd() const { return fd_.get(); }

    std::size_t capacity() const { return capacity_; }

    Control& control() const { return *reinterpret_cast<Control*>(map_); }

    std::uint8_t* data() const { return map_ + kControlSize; }

private:
    static constexpr std::size_t kControlSize = 4096;

    RingMemory(UniqueFd fd, std::uint8_t* map, std::size_t capacity)
        : fd_(std::move(fd)), map_(map), capacity_(capacity) {}

    static Result<RingMemory> map(UniqueFd fd, std::size_t capacity);

    UniqueFd fd_;
    std::uint8_t* map_ = nullptr;
    std::size_t capacity_ = 0;
};

/// The worker's end. Not thread-safe.
class RingWriter {
public:
    explicit RingWriter(RingMemory memory);

    /// False, and nothing written, if there is no room.
    bool write(const RecordHeader& header, ByteView payload);
    /// True if the reader sleeps and must be woken.
    bool reader_must_be_woken();
    /// Tells whom to suspect if this process dies now; kNobody when it is between streams.
    void working_on(std::uint32_t stream);

    static constexpr std::uint32_t kNobody = 0xFFFF'FFFF;

    int fd() const { return memory_.fd(); }

private:
    void put(const void* from, std::size_t size);

    RingMemory memory_;
    std::uint64_t position_ = 0;
};

/// The server's end. Not thread-safe.
class RingReader {
public:
    explicit RingReader(RingMemory memory) : memory_(std::move(memory)) {}

    struct Record {
        RecordHeader header;                   ///< a private copy
        std::span<const std::uint8_t> first;   ///< the payload, still shared: copy, then check
        std::span<const std::uint8_t> second;  ///< its rest, where the ring begins again

        Bytes copy() const;
    };

    /// The next record; nothing if there is none. Corrupt if the writer lies about sizes.
    Result<std::optional<Record>> next();
    /// Gives back the room of the record that next() returned.
    void done();
    /// Declares that the reader goes to sleep; false if there is something to read after all.
    bool may_sleep();
    void awake();
    std::uint32_t suspect() const;
    /// How often the worker began or ended to work on something.
    std::uint32_t beats() const;

    int fd() const { return memory_.fd(); }

private:
    RingMemory memory_;
    std::uint64_t position_ = 0;
    std::uint64_t record_size_ = 0;
};

}  // namespace proviso::workers
