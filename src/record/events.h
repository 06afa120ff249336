#pragma once

#include <future>
#include <memory>
#include <string>
#include <variant>

#include <proviso/catalog/catalog.h>

#include "segment_file.h"

/// What the threads of the recorder tell each other. All that concerns one stream goes one way,
/// in order: packets, writer, syncer, bookkeeper.
namespace proviso::record {

using Promise = std::shared_ptr<std::promise<void>>;

/// More of the segment is durable (the first time: it exists).
struct SegmentGrew {
    std::shared_ptr<SegmentFile> file;
};

/// The segment takes no more; all it will ever have is durable.
struct SegmentEnded {
    std::shared_ptr<SegmentFile> file;
    std::string why;
};

/// From here on nothing of the stream is recorded.
struct GapBegan {
    catalog::Gap gap;
};

/// Pictures are recorded again, or nobody wants them any more.
struct GapEnded {
    media::StreamKey stream;
    Timestamp at;
};

/// A stretch was lost and is over already.
struct GapPassed {
    catalog::Gap gap;
};

/// All that was said before is done.
struct Barrier {
    Promise done;
};

using Event = std::variant<SegmentGrew, SegmentEnded, GapBegan, GapEnded, GapPassed, Barrier>;

}  // namespace proviso::record
