#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <proviso/base/bytes.h>
#include <proviso/base/result.h>
#include <proviso/base/unique_fd.h>

namespace proviso {

/// The whole file; TooLarge over `limit` bytes.
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit = 64U << 20U);

/// Durable and all or nothing: a temporary file beside it, fdatasync, rename, fsync of the folder.
/// `mode` is the permission of the new file, whatever the umask.
Result<> write_file_atomic(
    const std::filesystem::path& path, ByteView content, unsigned mode = 0640
);

/// open(2) with O_CLOEXEC and the error as a sentence that names the path.
Result<UniqueFd> open_file(const std::filesystem::path& path, int flags, unsigned mode = 0640);

/// Writes all of `content`, whatever the kernel takes at a time.
Result<> write_all(int fd, ByteView content);
/// As write_all, at a fixed offset.
Result<> pwrite_all(int fd, ByteView content, std::uint64_t offset);
/// Reads exactly `out.size()` bytes at `offset`; Corrupt if the file ends before.
Result<> pread_exact(int fd, MutableByteView out, std::uint64_t offset);

/// fsync of a folder, so that a name made or removed in it survives a power cut.
Result<> sync_folder(const std::filesystem::path& folder);

/// mkdir -p, each new folder made durable, with `mode`.
Result<> make_folders(const std::filesystem::path& folder, unsigned mode = 0750);

}  // namespace proviso
