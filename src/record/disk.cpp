#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/record/disk.h>

namespace proviso::record {

Result<UniqueFd> Disk::create(const std::filesystem::path& path) {
    PROVISO_TRY(make_folders(path.parent_path()));
    return open_file(path, O_RDWR | O_CREAT | O_EXCL);
}

Result<> Disk::write(int fd, ByteView content, std::uint64_t offset) {
    return pwrite_all(fd, content, offset);
}

Result<> Disk::sync(int fd) {
    if (::fdatasync(fd) != 0) return errno_error("sync a recording", errno);
    return {};
}

Result<> Disk::sync_folder(const std::filesystem::path& folder) {
    return proviso::sync_folder(folder);
}

Result<> Disk::truncate(int fd, std::uint64_t size) {
    if (::ftruncate(fd, static_cast<off_t>(size)) != 0) {
        return errno_error("cut a recording", errno);
    }
    return {};
}

Result<> Disk::remove(const std::filesystem::path& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return errno_error(fmt::format("remove {}", path.string()), errno);
    }
    return {};
}

Result<std::uint64_t> Disk::free_bytes(const std::filesystem::path& folder) {
    struct statvfs state {};

    if (::statvfs(folder.c_str(), &state) != 0) return errno_error("ask for free space", errno);
    return std::uint64_t{state.f_bavail} * state.f_frsize;
}

}  // namespace proviso::record
