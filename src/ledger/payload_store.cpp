#include "payload_store.h"

#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/crypto/aead.h>

namespace proviso::ledger {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kInOneFolder = 1000;
constexpr std::uint64_t kMostBytes = 1U << 18U;

Bytes context(const Digest& commit) {
    Bytes bytes;
    ByteWriter(bytes).text("proviso ledger payload v1").bytes(commit);
    return bytes;
}

Error not_there() {
    return {ErrorKind::NotFound, "the entry has no personal part, or it was erased"};
}

std::uint64_t number_of(const fs::path& path) {
    auto name = path.filename().string();
    std::uint64_t number = 0;
    auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    return parsed.ec == std::errc() ? number : 0;
}

}  // namespace

PayloadStore::PayloadStore(fs::path folder, crypto::SecretBytes key, Disk& disk)
    : folder_(std::move(folder)), key_(std::move(key)), disk_(disk) {}

fs::path PayloadStore::path_of(std::uint64_t index) const {
    return folder_ / fmt::format("{:09}", index / kInOneFolder) / fmt::format("{:012}", index);
}

Bytes PayloadStore::seal(const Payload& payload) const {
    Bytes plain;
    plain.reserve(payload.salt.size() + payload.text.size());
    ByteWriter(plain).bytes(payload.salt).text(payload.text);
    return crypto::wrap(key_.view(), context(payload.commit), plain);
}

Result<> PayloadStore::put(std::uint64_t index, ByteView sealed) {
    auto path = path_of(index);
    PROVISO_TRY(make_folders(path.parent_path()));
    // An earlier attempt for this index that failed may have left a file.
    auto fd = PROVISO_TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));
    PROVISO_TRY(disk_.write(fd.get(), sealed, 0).while_doing("write a personal part"));
    to_sync_.insert(path.parent_path());
    return disk_.sync(fd.get()).while_doing("flush a personal part");
}

Result<> PayloadStore::sync() {
    for (const auto& folder : to_sync_) PROVISO_TRY(disk_.sync_folder(folder));
    to_sync_.clear();
    return {};
}

Result<Json> PayloadStore::read(std::uint64_t index, const Digest& commit) const {
    auto sealed = read_file(path_of(index), kMostBytes);
    if (!sealed && sealed.error().kind() == ErrorKind::NotFound) return not_there();
    auto plain =
        crypto::unwrap(key_.view(), context(commit), as_bytes(PROVISO_TRY(std::move(sealed))));
    constexpr std::size_t kSalt = sizeof(Payload::salt);
    if (!plain || plain->size() < kSalt) {
        return Error(
            ErrorKind::Corrupt, fmt::format("the personal part of entry {} is damaged", index)
        );
    }
    auto text = as_text(plain->view().subspan(kSalt));
    if (proof::payload_commitment(plain->view().first(kSalt), text) != commit) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("the personal part of entry {} is not the one committed to", index)
        );
    }
    return parse_json(text);
}

Result<> PayloadStore::erase(std::uint64_t index) const {
    auto path = path_of(index);
    auto fd = open_file(path, O_WRONLY);
    if (!fd && fd.error().kind() == ErrorKind::NotFound) return {};
    std::error_code error;
    auto size = fs::file_size(path, error);
    if (!fd || error) return Error(ErrorKind::Unavailable, "a personal part cannot be opened");
    Bytes zeros(size);
    PROVISO_TRY(disk_.write(fd->get(), zeros, 0).while_doing("overwrite a personal part"));
    PROVISO_TRY(disk_.sync(fd->get()).while_doing("overwrite a personal part"));
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return errno_error("remove a personal part", errno);
    }
    return disk_.sync_folder(path.parent_path());
}

void PayloadStore::discard(std::uint64_t index) const {
    if (erase(index)) return;
    std::error_code ignored;  // if it stays, the next start removes it
    fs::remove(path_of(index), ignored);
}

Result<> PayloadStore::remove_from(std::uint64_t size) const {
    std::error_code error;
    if (!fs::exists(folder_, error)) return {};
    for (const auto& folder : fs::directory_iterator(folder_, error)) {
        if (number_of(folder.path()) < size / kInOneFolder) continue;
        for (const auto& file : fs::directory_iterator(folder.path(), error)) {
            if (number_of(file.path()) >= size) fs::remove(file.path(), error);
        }
    }
    if (error) return errno_error("tidy the personal parts", error.value());
    return {};
}

}  // namespace proviso::ledger
