#include "wal.h"

#include <algorithm>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/crypto/hash.h>

#include "tiles.h"

namespace proviso::ledger {

namespace fs = std::filesystem;

namespace {

// No entry can hold these bytes: entries are UTF-8.
constexpr std::string_view kMagic = "\xffPVWAL\xfe\x01";
constexpr std::size_t kHeaderSize = 24;
constexpr std::size_t kDigestSize = 32;
constexpr std::uint64_t kFileSize = 4U << 20U;
constexpr std::uint64_t kMostBytes = 1U << 30U;

fs::path file_path(const fs::path& folder, std::size_t which) {
    return folder / fmt::format("wal-{}", which);
}

struct Group {
    std::uint64_t first = 0;
    std::vector<std::string> entries;
    std::size_t file = 0;
};

/// The group that begins with `bytes`, if it is whole.
std::optional<Group> group_at(ByteView bytes) {
    ByteReader read(bytes);
    if (as_text(read.take(kMagic.size())) != kMagic) return {};
    Group group;
    group.first = read.u64();
    auto count = read.u32();
    auto length = read.u32();
    auto body = read.take(length);
    auto digest = read.take(kDigestSize);
    if (!read.ok()) return {};
    auto expected = crypto::sha256(bytes.first(kHeaderSize + length));
    if (!std::ranges::equal(digest, expected)) return {};
    auto decoded = decode_bundle(body, count);
    if (decoded.entries.size() != count || decoded.size != length) return {};
    group.entries = std::move(decoded.entries);
    return group;
}

/// Every whole group of a file, wherever it stands: behind the newest ones there may be older
/// ones of an earlier turn.
std::vector<Group> groups_in(std::string_view content, std::size_t file) {
    std::vector<Group> groups;
    for (auto at = content.find(kMagic); at != std::string_view::npos;
         at = content.find(kMagic, at + 1)) {
        auto group = group_at(as_bytes(content.substr(at)));
        if (!group) continue;
        group->file = file;
        groups.push_back(*std::move(group));
    }
    return groups;
}

}  // namespace

Result<std::vector<std::string>> Wal::recover(const fs::path& folder, std::uint64_t from) {
    std::vector<Group> groups;
    for (std::size_t file = 0; file < 2; ++file) {
        auto content = read_file(file_path(folder, file), kMostBytes);
        if (!content && content.error().kind() == ErrorKind::NotFound) continue;
        for (auto& group : groups_in(PROVISO_TRY(std::move(content)), file)) {
            if (group.first + group.entries.size() > from) groups.push_back(std::move(group));
        }
    }
    std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::vector<std::string> entries;
    std::array<bool, 2> needed{};
    for (auto& group : groups) {
        auto expected = from + entries.size();
        if (group.first > expected) {
            return Error(
                ErrorKind::Corrupt,
                fmt::format(
                    "ledger entry {} was acknowledged, but its record is damaged", expected
                ),
                "put the newest copy of the ledger folder back"
            );
        }
        needed.at(group.file) = true;
        for (auto skip = expected - group.first; skip < group.entries.size(); ++skip) {
            entries.push_back(std::move(group.entries[skip]));
        }
    }
    // Makes room for the tiles that are written next, should the disk be full.
    for (std::size_t file = 0; file < 2; ++file) {
        std::error_code ignored;
        if (!needed.at(file)) fs::remove(file_path(folder, file), ignored);
    }
    return entries;
}

Result<Wal> Wal::create(const fs::path& folder, Disk& disk) {
    Wal wal(folder, disk);
    for (std::size_t file = 0; file < 2; ++file) {
        auto& fd = wal.files_.at(file).fd;
        fd = PROVISO_TRY(open_file(file_path(folder, file), O_WRONLY | O_CREAT | O_TRUNC));
        auto error = ::posix_fallocate(fd.get(), 0, kFileSize);
        if (error != 0) log_warning("the ledger has no room in reserve: {}", error);
        PROVISO_TRY(disk.sync(fd.get()));
    }
    PROVISO_TRY(disk.sync_folder(folder));
    return wal;
}

Result<> Wal::append(
    std::uint64_t first, std::span<const std::string_view> entries, std::uint64_t integrated
) {
    auto& other = files_.at(1 - current_);
    if (files_.at(current_).end >= kFileSize && other.next_index <= integrated) {
        other.end = 0;
        current_ = 1 - current_;
    }
    auto& file = files_.at(current_);
    group_.clear();
    ByteWriter write(group_);
    write.text(kMagic).u64(first).u32(static_cast<std::uint32_t>(entries.size())).u32(0);
    for (auto entry : entries) add_to_bundle(group_, entry);
    write.patch_u32(kHeaderSize - 4, static_cast<std::uint32_t>(group_.size() - kHeaderSize));
    write.bytes(crypto::sha256(group_));
    if (auto wrote = disk_->write(file.fd.get(), group_, file.end); !wrote) {
        // Nothing of it counts: the next group goes to the same place.
        if (wrote.error().kind() != ErrorKind::NoSpace) usable_ = false;
        return std::move(wrote).while_doing("write to the ledger");
    }
    if (auto synced = disk_->sync(file.fd.get()); !synced) {
        usable_ = false;
        return std::move(synced).while_doing("flush the ledger");
    }
    file.end += group_.size();
    file.next_index = first + entries.size();
    return {};
}

Result<> Wal::remove() const {
    std::error_code ignored;
    for (std::size_t file = 0; file < 2; ++file) fs::remove(file_path(folder_, file), ignored);
    return disk_->sync_folder(folder_);
}

}  // namespace proviso::ledger
