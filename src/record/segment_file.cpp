#include "segment_file.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <proviso/proof/merkle.h>

namespace proviso::record {

namespace {

proof::SegmentHeader make_header(const SegmentFile::Opening& opening) {
    static const std::string kBoot = boot_id();
    return {
        .segment = SegmentId::random(),
        .camera = opening.stream.camera.text(),
        .stream = std::string(media::to_string(opening.stream.kind)),
        .key_id = opening.key.id,
        .boot_id = kBoot,
        .wall_start = opening.start.wall,
        .mono_start_us = opening.start.mono.time_since_epoch().count(),
        .decision = std::to_string(opening.decision),
    };
}

}  // namespace

std::filesystem::path segment_path(
    const media::StreamKey& stream, Timestamp start, const SegmentId& id
) {
    const auto day = day_of(start);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(start - day));
    return fmt::format(
        "{}/{:02}/{}/{}-{:02}.{:02}-{}.pvs",
        to_iso8601(day),
        time.hours().count(),
        stream.camera.text(),
        media::to_string(stream.kind),
        time.minutes().count(),
        time.seconds().count(),
        id.text()
    );
}

Result<std::shared_ptr<SegmentFile>> SegmentFile::create(
    Disk& disk, const std::filesystem::path& folder, Opening opening, SealingBuffer& buffer
) {
    auto header = make_header(opening);
    const auto relative = segment_path(opening.stream, header.wall_start, header.segment);
    std::shared_ptr<SegmentFile> file(
        new SegmentFile(disk, folder / relative, std::move(header), std::move(opening.key))
    );
    auto& row = file->row_;
    row.id = file->header_.segment;
    row.camera = opening.stream.camera;
    row.stream = file->header_.stream;
    row.from = row.to = opening.start.wall;
    row.file = relative.string();
    row.key_id = file->header_.key_id;
    const auto* sound = opening.start.sound.get();
    row.codec = opening.start.codec->rfc6381;
    if (sound != nullptr) row.codec += ',' + sound->rfc6381();
    row.width = opening.start.codec->width;
    row.height = opening.start.codec->height;
    row.decision = opening.decision;

    file->fd_ = PROVISO_TRY(disk.create(file->path_));
    const auto begun = [&]() -> Result<> {
        const auto head = proof::encode(file->header_);
        PROVISO_TRY(disk.write(file->fd_.get(), head, 0));
        file->chain_ = crypto::sha256(head);
        file->written_ = {head.size(), 0, row.from};
        const auto init = media::init_segment(*opening.start.codec, sound);
        buffer.pieces.assign(1, init);
        proof::FragmentHeader fragment;
        fragment.init = true;
        fragment.wall_start_us = row.from.time_since_epoch().count();
        return file->append_sealed(fragment, row.from, buffer);
    }();
    if (!begun) {
        (void)disk.remove(file->path_);
        return begun.error();
    }
    return file;
}

Result<> SegmentFile::append(const Fragment& fragment, SealingBuffer& buffer) {
    const auto head =
        media::fragment_head(next_index_, fragment.base, fragment.samples, fragment.sound_run());
    buffer.pieces.clear();
    buffer.pieces.emplace_back(head);
    for (const auto& packet : fragment.packets) buffer.pieces.emplace_back(packet->data);
    for (const auto& sound : fragment.sound) buffer.pieces.emplace_back(sound->data);
    proof::FragmentHeader header;
    header.key_frame = fragment.key_frame();
    header.base_decode_time = fragment.base;
    header.duration = fragment.duration;
    header.wall_start_us = fragment.wall_start.time_since_epoch().count();
    return append_sealed(header, fragment.wall_end, buffer);
}

Result<> SegmentFile::append_sealed(
    proof::FragmentHeader header, Timestamp to, SealingBuffer& buffer
) {
    std::size_t size = crypto::kAeadTagSize;
    for (const auto& piece : buffer.pieces) size += piece.size();
    header.index = next_index_;
    header.sealed_size = static_cast<std::uint32_t>(size);
    const auto secret = proof::fragment_secret(key_.secret->view(), header_, header.index);
    header.commitment = proof::commitment_of(secret.view());
    const auto head = proof::encode(header);
    if (buffer.bytes.size() < head.size() + size) buffer.bytes.resize(head.size() + size);
    const MutableByteView frame(buffer.bytes.data(), head.size() + size);
    std::ranges::copy(head, frame.begin());
    const auto sealed = frame.subspan(head.size());
    PROVISO_TRY(proof::seal_fragment(secret.view(), head, chain_, buffer.pieces, sealed));
    const auto leaf = proof::fragment_leaf(head, sealed);

    std::lock_guard lock(mutex_);
    if (failed_) return Error(ErrorKind::Unavailable, "the storage did not keep what was written");
    if (auto wrote = disk_.write(fd_.get(), frame, written_.bytes); !wrote) {
        // Half a frame must not stay; if even that fails, recovery cuts it off later.
        (void)disk_.truncate(fd_.get(), written_.bytes);
        failed_ = true;
        return wrote;
    }
    index_.push_back(
        {.offset = written_.bytes,
         .sealed_size = header.sealed_size,
         .base_decode_time = header.base_decode_time,
         .duration = header.duration,
         .wall_start_us = header.wall_start_us,
         .key_frame = header.key_frame}
    );
    leaves_.push_back(leaf);
    chain_ = crypto::sha256(head);
    ++next_index_;
    written_ = {written_.bytes + frame.size(), written_.fragments + 1, to};
    return {};
}

Result<> SegmentFile::sync() {
    dirty_ = false;
    const auto goal = written();
    if (goal.bytes == durable().bytes) return {};
    auto synced = disk_.sync(fd_.get());
    if (synced && !name_durable_) {
        synced = disk_.sync_folder(path_.parent_path());
        name_durable_ = synced.has_value();
    }
    std::lock_guard lock(mutex_);
    if (synced) {
        durable_ = goal;
        return {};
    }
    failed_ = true;
    written_ = durable_;
    index_.resize(durable_.fragments);
    leaves_.resize(durable_.fragments);
    (void)disk_.truncate(fd_.get(), durable_.bytes);
    return synced;
}

void SegmentFile::abandon() { (void)disk_.remove(path_); }

SegmentFile::Extent SegmentFile::written() const {
    std::lock_guard lock(mutex_);
    return written_;
}

SegmentFile::Extent SegmentFile::durable() const {
    std::lock_guard lock(mutex_);
    return durable_;
}

catalog::Segment SegmentFile::row() const {
    const auto extent = durable();
    auto row = row_;
    row.to = extent.to;
    row.bytes = extent.bytes;
    row.fragments = extent.fragments;
    return row;
}

catalog::Segment SegmentFile::closed_row() const {
    auto row = this->row();
    std::lock_guard lock(mutex_);
    const std::span leaves(leaves_.data(), durable_.fragments);
    row.root = to_hex(proof::tree_root(leaves));
    row.index = catalog::pack_index({index_.begin(), index_.begin() + durable_.fragments});
    return row;
}

}  // namespace proviso::record
