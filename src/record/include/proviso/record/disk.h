#pragma once

#include <cstdint>
#include <filesystem>

#include <proviso/base/bytes.h>
#include <proviso/base/unique_fd.h>

namespace proviso::record {

/// The calls on the storage that recording makes and that can fail. The base class is the real
/// file system; tests override what they want to see fail. Thread-safe.
class Disk {
public:
    Disk() = default;
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    virtual ~Disk() = default;

    /// A new file for reading and writing; Conflict if the name is taken. Its folders are made.
    virtual Result<UniqueFd> create(const std::filesystem::path& path);
    virtual Result<> write(int fd, ByteView content, std::uint64_t offset);
    /// fdatasync. After an error it is not known what of the file is on the disk.
    virtual Result<> sync(int fd);
    /// Makes a name in the folder durable.
    virtual Result<> sync_folder(const std::filesystem::path& folder);
    virtual Result<> truncate(int fd, std::uint64_t size);
    virtual Result<> remove(const std::filesystem::path& path);
    /// What an unprivileged process may still write. An error counts as full.
    virtual Result<std::uint64_t> free_bytes(const std::filesystem::path& folder);
};

}  // namespace proviso::record
