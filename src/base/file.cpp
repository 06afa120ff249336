#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>

namespace proviso {

namespace fs = std::filesystem;

Result<UniqueFd> open_file(const fs::path& path, int flags, unsigned mode) {
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(mode)));
    if (!fd.valid()) return errno_error(fmt::format("open {}", path.string()), errno);
    return fd;
}

Result<std::string> read_file(const fs::path& path, std::uint64_t limit) {
    auto fd = PROVISO_TRY(open_file(path, O_RDONLY));
    std::string content;
    std::array<char, 65536> chunk{};
    for (;;) {
        auto got = ::read(fd.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno_error(fmt::format("read {}", path.string()), errno);
        if (got == 0) return content;
        content.append(chunk.data(), static_cast<std::size_t>(got));
        if (content.size() > limit) {
            return Error(
                ErrorKind::TooLarge,
                fmt::format("{} is larger than the {} bytes allowed", path.string(), limit)
            );
        }
    }
}

Result<> write_all(int fd, ByteView content) {
    while (!content.empty()) {
        auto wrote = ::write(fd, content.data(), content.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return errno_error("write", errno);
        content = content.subspan(static_cast<std::size_t>(wrote));
    }
    return {};
}

Result<> pwrite_all(int fd, ByteView content, std::uint64_t offset) {
    while (!content.empty()) {
        auto wrote = ::pwrite(fd, content.data(), content.size(), static_cast<off_t>(offset));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return errno_error("write", errno);
        content = content.subspan(static_cast<std::size_t>(wrote));
        offset += static_cast<std::uint64_t>(wrote);
    }
    return {};
}

Result<> pread_exact(int fd, MutableByteView out, std::uint64_t offset) {
    while (!out.empty()) {
        auto got = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno_error("read", errno);
        if (got == 0) return Error(ErrorKind::Corrupt, "the file ends too early");
        out = out.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return {};
}

Result<> sync_folder(const fs::path& folder) {
    auto fd = PROVISO_TRY(open_file(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY));
    if (::fsync(fd.get()) != 0) return errno_error(fmt::format("sync {}", folder.string()), errno);
    return {};
}

Result<> write_file_atomic(const fs::path& path, ByteView content, unsigned mode) {
    auto temporary = path;
    temporary += ".new-" + Uuid::random().text().substr(0, 8);
    auto fd = PROVISO_TRY(open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, mode));
    auto written = [&]() -> Result<> {
        PROVISO_TRY(write_all(fd.get(), content));
        if (::fchmod(fd.get(), static_cast<mode_t>(mode)) != 0) return errno_error("chmod", errno);
        if (::fdatasync(fd.get()) != 0) return errno_error("sync", errno);
        if (::rename(temporary.c_str(), path.c_str()) != 0) return errno_error("rename", errno);
        return sync_folder(path.parent_path());
    }();
    if (!written) {
        ::unlink(temporary.c_str());
        return std::move(written).while_doing(fmt::format("write {}", path.string()));
    }
    return {};
}

Result<> make_folders(const fs::path& folder, unsigned mode) {
    if (folder.empty() || fs::is_directory(folder)) return {};
    PROVISO_TRY(make_folders(folder.parent_path(), mode));
    if (::mkdir(folder.c_str(), static_cast<mode_t>(mode)) != 0 && errno != EEXIST) {
        return errno_error(fmt::format("make folder {}", folder.string()), errno);
    }
    return sync_folder(folder.parent_path());
}

}  // namespace proviso
