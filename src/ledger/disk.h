#pragma once

#include <filesystem>

#include <proviso/base/bytes.h>
#include <proviso/base/unique_fd.h>

namespace proviso::ledger {

/// The calls on the storage that can fail while the log grows. The base class is the real file
/// system; tests override what they want to see fail. Thread-safe.
class Disk {
public:
    Disk() = default;
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    virtual ~Disk() = default;

    virtual Result<> write(int fd, ByteView content, std::uint64_t offset);
    /// fdatasync. After an error it is not known what of the file is on the disk.
    virtual Result<> sync(int fd);
    virtual Result<> sync_folder(const std::filesystem::path& folder);
};

/// Whole files that appear at once: temporary, sync, rename. The folders are synced together at
/// the end, because a batch of tiles lands in few of them.
class FileBatch {
public:
    FileBatch(Disk& disk, std::filesystem::path root);

    /// `path` is relative to the root; its folders are made.
    Result<> put(const std::filesystem::path& path, ByteView content);
    /// After this everything put survives a power cut.
    Result<> finish();

private:
    Disk& disk_;
    std::filesystem::path root_;
    std::vector<std::filesystem::path> folders_;
};

}  // namespace proviso::ledger
