#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/store/database.h>

namespace proviso::catalog {

enum class SegmentState { Open, Closed, Deleted };

/// One recording file. Index only: everything here can be rebuilt from the files and the ledger.
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
    /// Per fragment: offset in the file, 90 kHz start, duration, key flag; packed as varints by
    /// pack_index(), empty while open.
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

std::string pack_index(const std::vector<IndexedFragment>& fragments);
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

struct DaySummary {
    Day day{};
    std::int64_t recorded_us = 0;
    std::uint64_t bytes = 0;
};

struct CameraUsage {
    CameraId camera;
    std::uint64_t bytes = 0;
    std::uint64_t segments = 0;
    std::optional<Timestamp> oldest;
    std::optional<Timestamp> newest;
};

/// What exists. Thread-safe.
class Catalog {
public:
    static Result<std::unique_ptr<Catalog>> open(store::Database& database);
    Catalog(const Catalog&) = delete;
    Catalog& operator=(const Catalog&) = delete;
    ~Catalog();

    /// Insert or replace by id.
    Result<> put(const Segment& segment);
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
    /// The one that holds `at`, or the next one after it.
    Result<std::optional<Segment>> segment_at(
        const CameraId& camera, std::string_view stream, Timestamp at
    ) const;
    Result<std::vector<Segment>> open_segments() const;
    /// Closed segments of a camera that ended before `before`, oldest first.
    Result<std::vector<Segment>> oldest(const CameraId& camera, Timestamp before, std::size_t limit)
        const;
    Result<std::vector<CameraUsage>> usage() const;
    Result<std::vector<DaySummary>> days(
        const CameraId& camera, std::string_view stream, Timestamp from, Timestamp to
    ) const;

    /// Opens a gap unless the same one is open already.
    Result<> open_gap(const Gap& gap);
    Result<> close_gap(const CameraId& camera, std::string_view stream, Timestamp at);
    Result<std::vector<Gap>> gaps(
        const CameraId& camera, std::string_view stream, Timestamp from, Timestamp to
    ) const;

    /// Forgets everything, for a rebuild.
    Result<> clear();

private:
    Catalog();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::catalog
