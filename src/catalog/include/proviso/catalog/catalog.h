#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/store/database.h>

namespace proviso::catalog {

/// Deleted ones stay as a trace of what was there; erase() removes that too.
enum class SegmentState { Open, Closed, Deleted };

/// One recording file of at most seven days. Index only: everything here can be rebuilt from the
/// files and the ledger.
struct Segment {
    SegmentId id;
    CameraId camera;
    std::string stream;  ///< "main" or "sub"
    SegmentState state = SegmentState::Open;
    Timestamp from;
    Timestamp to;      ///< end of the last durable fragment
    std::string file;  ///< relative to the storage folder
    std::string key_id;
    std::uint64_t bytes = 0;
    std::uint32_t fragments = 0;
    std::string codec;  ///< rfc6381
    int width = 0;
    int height = 0;
    std::string root;  ///< hex; empty while open
    std::uint64_t decision = 0;
    std::optional<std::uint64_t> leaf;  ///< ledger index of "segment.closed"
    /// What pack_index() made of its fragments; empty while open and once deleted.
    std::string index;
};

/// One entry of a packed fragment index.
struct IndexedFragment {
    std::uint64_t offset = 0;  ///< of the fragment header in the file
    std::uint32_t sealed_size = 0;
    std::uint64_t base_decode_time = 0;  ///< 90 kHz
    std::uint32_t duration = 0;          ///< 90 kHz
    std::int64_t wall_start_us = 0;
    bool key_frame = false;

    bool operator==(const IndexedFragment&) const = default;
};

/// Four to seven bytes per fragment of a steady stream (docs: src/catalog/README.md).
std::string pack_index(const std::vector<IndexedFragment>& fragments);
/// Corrupt unless the bytes are exactly what pack_index() writes.
Result<std::vector<IndexedFragment>> unpack_index(std::string_view packed);

/// Time a camera should have been recorded and was not, with its cause.
struct Gap {
    CameraId camera;
    std::string stream;
    Timestamp from;
    std::optional<Timestamp> to;  ///< none: it lasts
    std::string cause;   ///< "refused", "camera_lost", "disk_full", "stopped", "crash", "overload"
    std::string detail;  ///< words for a person: which rule, what the camera answered
    std::optional<std::uint64_t> leaf;
};

/// What a stream recorded of one UTC day.
struct DaySummary {
    Day day{};
    std::int64_t recorded_us = 0;
    std::uint64_t bytes = 0;
};

/// What a camera holds on disk, all streams together.
struct CameraUsage {
    CameraId camera;
    std::uint64_t bytes = 0;
    std::uint64_t segments = 0;
    std::optional<Timestamp> oldest;
    std::optional<Timestamp> newest;
};

/// What exists. Thread-safe. What is written is durable and visible when the call returns.
class Catalog {
public:
    static Result<std::unique_ptr<Catalog>> open(store::Database& database);
    Catalog(const Catalog&) = delete;
    Catalog& operator=(const Catalog&) = delete;
    ~Catalog();

    /// Insert or replace by id. InvalidInput if it ends before it begins or spans over a week.
    Result<> put(const Segment& segment);
    /// All of them or none, in one transaction. To put an open segment again is cheap: once a
    /// second for every stream is meant.
    Result<> put_all(std::span<const Segment> segments);
    /// Rows gone without a trace, after retention. Unknown ids are passed over.
    Result<> erase(std::span<const SegmentId> ids);

    Result<std::optional<Segment>> segment(const SegmentId& id) const;
    /// Those that overlap [from, to), oldest first, without `index` unless asked; not Deleted.
    Result<std::vector<Segment>> segments(
        const CameraId& camera,
        std::string_view stream,
        Timestamp from,
        Timestamp to,
        std::size_t limit,
        bool with_index
    ) const;
    /// The one that holds `at`, or the next one after it, with its `index`; not Deleted.
    Result<std::optional<Segment>> segment_at(
        const CameraId& camera, std::string_view stream, Timestamp at
    ) const;
    /// The one that ends last, without its `index`; not Deleted.
    Result<std::optional<Segment>> newest(const CameraId& camera, std::string_view stream) const;
    Result<std::vector<Segment>> open_segments() const;
    /// Closed segments of a camera that ended before `before`, oldest first, without `index`: those
    /// of the stream "masked", or those of all others.
    Result<std::vector<Segment>> oldest(
        const CameraId& camera, Timestamp before, std::size_t limit, bool masked = false
    ) const;
    Result<std::vector<CameraUsage>> usage() const;
    /// The UTC days that [from, to) touches and that have recordings, whole days.
    Result<std::vector<DaySummary>> days(
        const CameraId& camera, std::string_view stream, Timestamp from, Timestamp to
    ) const;

    /// Opens a gap unless one with the same cause is open already; one with another cause ends
    /// where this one begins. With `to` set: notes a finished gap and touches no other.
    Result<> open_gap(const Gap& gap);
    /// Ends the open gap, if there is one, at `at`; `leaf` replaces its own if given.
    Result<> close_gap(
        const CameraId& camera,
        std::string_view stream,
        Timestamp at,
        std::optional<std::uint64_t> leaf = {}
    );
    /// Those that overlap [from, to), oldest first.
    Result<std::vector<Gap>> gaps(
        const CameraId& camera, std::string_view stream, Timestamp from, Timestamp to
    ) const;

    /// Forgets everything, for a rebuild; while nobody else writes.
    Result<> clear();

private:
    Catalog();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::catalog
