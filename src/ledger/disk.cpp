#include "disk.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>

namespace proviso::ledger {

Result<> Disk::write(int fd, ByteView content, std::uint64_t offset) {
    return pwrite_all(fd, content, offset);
}

Result<> Disk::sync(int fd) {
    if (::fdatasync(fd) != 0) return errno_error("sync", errno);
    return {};
}

Result<> Disk::sync_folder(const std::filesystem::path& folder) {
    return proviso::sync_folder(folder);
}

FileBatch::FileBatch(Disk& disk, std::filesystem::path root)
    : disk_(disk), root_(std::move(root)) {}

Result<> FileBatch::put(const std::filesystem::path& path, ByteView content) {
    auto target = root_ / path;
    auto folder = target.parent_path();
    PROVISO_TRY(make_folders(folder));
    auto temporary = target;
    temporary += ".new-" + Uuid::random().text().substr(0, 8);
    auto fd = PROVISO_TRY(open_file(temporary, O_WRONLY | O_CREAT | O_EXCL));
    auto written = [&]() -> Result<> {
        PROVISO_TRY(disk_.write(fd.get(), content, 0));
        PROVISO_TRY(disk_.sync(fd.get()));
        // What is read back before signing shall come from the storage, not from the page cache.
        ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
        if (::rename(temporary.c_str(), target.c_str()) != 0) return errno_error("rename", errno);
        return {};
    }();
    if (!written) {
        ::unlink(temporary.c_str());
        return std::move(written).while_doing(fmt::format("write {}", target.string()));
    }
    if (std::find(folders_.begin(), folders_.end(), folder) == folders_.end()) {
        folders_.push_back(folder);
    }
    return {};
}

Result<> FileBatch::finish() {
    for (const auto& folder : folders_) PROVISO_TRY(disk_.sync_folder(folder));
    folders_.clear();
    return {};
}

}  // namespace proviso::ledger
