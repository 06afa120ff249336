#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <proviso/base/file.h>
#include <proviso/record/segment_reader.h>

namespace proviso::record {

namespace {

/// A segment header takes at most this (docs/design/segment-format.md).
constexpr std::size_t kMostHeader = 8 + 4 + 4096 + 4;

std::uint64_t frame_size(const catalog::IndexedFragment& fragment) {
    return proof::kFragmentHeaderSize + fragment.sealed_size;
}

}  // namespace

Result<SegmentReader> SegmentReader::open(const std::filesystem::path& file) {
    SegmentReader reader;
    reader.fd_ = PROVISO_TRY(open_file(file, O_RDONLY));

    struct stat state {};

    if (::fstat(reader.fd_.get(), &state) != 0) return errno_error("look at a recording", errno);
    reader.file_size_ = static_cast<std::uint64_t>(state.st_size);
    Bytes head(std::min<std::uint64_t>(reader.file_size_, kMostHeader));
    PROVISO_TRY(pread_exact(reader.fd_.get(), head, 0));
    auto decoded = PROVISO_TRY(proof::decode_segment_header(head));
    head.resize(decoded.size);
    reader.header_ = std::move(decoded.header);
    reader.header_bytes_ = std::move(head);
    return reader;
}

SegmentReader::Walk SegmentReader::walk(std::uint64_t limit) const {
    Walk walk;
    walk.end = header_bytes_.size();
    limit = std::min(limit, file_size_);
    proof::FragmentHeaderBytes bytes{};
    while (walk.end < limit) {
        auto header = [&]() -> Result<proof::FragmentHeader> {
            PROVISO_TRY(pread_exact(fd_.get(), bytes, walk.end));
            return proof::decode_fragment_header(bytes);
        }();
        if (!header) {
            walk.why = std::move(header).error();
            return walk;
        }
        const catalog::IndexedFragment fragment{
            .offset = walk.end,
            .sealed_size = header->sealed_size,
            .base_decode_time = header->base_decode_time,
            .duration = header->duration,
            .wall_start_us = header->wall_start_us,
            .key_frame = header->key_frame};
        if (header->index != walk.fragments.size() || header->init != walk.fragments.empty() ||
            walk.end + frame_size(fragment) > limit) {
            walk.why = Error(ErrorKind::Corrupt, "a fragment is not whole");
            return walk;
        }
        walk.fragments.push_back(fragment);
        walk.end += frame_size(fragment);
    }
    return walk;
}

Result<> SegmentReader::read(
    std::span<const catalog::IndexedFragment> index, std::size_t i, Frame& into
) const {
    const auto& entry = index[i];
    if (i == 0) {
        into.chain = crypto::sha256(header_bytes_);
    } else {
        proof::FragmentHeaderBytes before{};
        PROVISO_TRY(pread_exact(fd_.get(), before, index[i - 1].offset));
        into.chain = crypto::sha256(before);
    }
    PROVISO_TRY(pread_exact(fd_.get(), into.header_bytes, entry.offset));
    into.header = PROVISO_TRY(proof::decode_fragment_header(into.header_bytes));
    if (into.header.index != i || into.header.sealed_size != entry.sealed_size) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format(
                "fragment {} of segment {} is not where it was written", i, header_.segment.text()
            )
        );
    }
    into.sealed.resize(entry.sealed_size);
    return pread_exact(fd_.get(), into.sealed, entry.offset + proof::kFragmentHeaderSize);
}

Result<> SegmentReader::decrypt(const Frame& frame, ByteView camera_day_key, Bytes& plain) const {
    auto opened = [&]() -> Result<> {
        if (frame.sealed.size() < crypto::kAeadTagSize) {
            return Error(ErrorKind::Corrupt, "the fragment is too short");
        }
        const auto secret = proof::fragment_secret(camera_day_key, header_, frame.header.index);
        plain.resize(frame.sealed.size() - crypto::kAeadTagSize);
        return proof::open_fragment(
            secret.view(), frame.header_bytes, frame.chain, frame.sealed, plain
        );
    }();
    if (opened) return opened;
    return std::move(opened).while_doing(
        fmt::format("fragment {} of segment {}", frame.header.index, header_.segment.text())
    );
}

}  // namespace proviso::record
