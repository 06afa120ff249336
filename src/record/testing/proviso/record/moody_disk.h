#pragma once

#include <atomic>
#include <mutex>

#include <proviso/base/file.h>
#include <proviso/record/disk.h>

namespace proviso::record {

/// The real disk, on which a test makes single calls fail or hang.
class MoodyDisk final : public Disk {
public:
    Result<> write(int fd, ByteView content, std::uint64_t offset) override {
        std::lock_guard hang(hanging);
        if (full) {
            // As a disk does that fills up: the front of it fits.
            (void)pwrite_all(fd, content.first(content.size() / 2), offset);
            return Error(ErrorKind::NoSpace, "no space left on device");
        }
        return Disk::write(fd, content, offset);
    }

    Result<> sync(int fd) override {
        if (sync_fails) return Error(ErrorKind::Unavailable, "input/output error");
        return Disk::sync(fd);
    }

    Result<std::uint64_t> free_bytes(const std::filesystem::path& folder) override {
        if (free_unknown) return Error(ErrorKind::Unavailable, "input/output error");
        if (free_left) return free_left.load();
        return Disk::free_bytes(folder);
    }

    std::atomic<bool> full{false};
    std::atomic<bool> sync_fails{false};
    std::atomic<bool> free_unknown{false};
    std::atomic<std::uint64_t> free_left{0};  ///< 0: as it is
    std::mutex hanging;                       ///< locked: every write hangs
};

}  // namespace proviso::record
