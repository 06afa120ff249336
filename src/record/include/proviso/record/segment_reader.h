#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include <proviso/base/unique_fd.h>
#include <proviso/catalog/catalog.h>
#include <proviso/proof/segment_format.h>

namespace proviso::record {

/// Reads one recording file: its headers without a key, its pictures with one. Move-only;
/// not thread-safe.
class SegmentReader {
public:
    /// NotFound if there is no such file; Corrupt if it does not begin as a recording.
    static Result<SegmentReader> open(const std::filesystem::path& file);

    const proof::SegmentHeader& header() const { return header_; }

    ByteView header_bytes() const { return header_bytes_; }

    std::uint64_t file_size() const { return file_size_; }

    struct Walk {
        std::vector<catalog::IndexedFragment> fragments;  ///< the first is the init segment
        std::uint64_t end = 0;                            ///< where the last whole frame ends
        Error why{ErrorKind::NotFound, "the file ends"};  ///< it goes no further
    };

    /// All whole frames within the first `limit` bytes, by their headers alone.
    Walk walk(std::uint64_t limit = UINT64_MAX) const;

    struct Frame {
        proof::FragmentHeader header;
        proof::FragmentHeaderBytes header_bytes{};
        proof::Digest chain{};
        Bytes sealed;
    };

    /// Reads fragment `i` of an index of this file; `into` is reused. Corrupt if the header in the
    /// file is not what the index says.
    Result<> read(std::span<const catalog::IndexedFragment> index, std::size_t i, Frame& into)
        const;

    /// Decrypts into `plain`, which is reused. Corrupt, naming segment and fragment, if a bit of it
    /// changed, or if it was moved here from elsewhere.
    Result<> decrypt(const Frame& frame, ByteView camera_day_key, Bytes& plain) const;

private:
    SegmentReader() = default;

    UniqueFd fd_;
    std::uint64_t file_size_ = 0;
    proof::SegmentHeader header_;
    Bytes header_bytes_;
};

}  // namespace proviso::record
