#include "vault.h"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <proviso/base/file.h>
#include <proviso/crypto/aead.h>

#include "master_key.h"

namespace proviso::keys {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "PVSOKEY\x01";
constexpr std::size_t kHeaderSize = 12;
constexpr unsigned kPrivate = 0600;
constexpr std::uint64_t kMostBytes = 1ULL << 30U;

Bytes keystore_header(std::uint32_t epoch) {
    Bytes header;
    ByteWriter(header).text(kMagic).u32(epoch);
    return header;
}

Bytes epoch_context(std::uint32_t epoch) {
    Bytes context;
    ByteWriter(context).text("proviso epoch key v1").u32(epoch);
    return context;
}

}  // namespace

fs::path Vault::epoch_path(std::uint32_t epoch) const {
    return folder_ / fmt::format("epoch-{}.key", epoch);
}

Result<Vault> Vault::open(const fs::path& folder, const Unlock& unlock) {
    Vault vault;
    vault.folder_ = folder;
    PROVISO_TRY(make_folders(folder, 0700));
    vault.lock_ = PROVISO_TRY(open_file(folder / "lock", O_RDWR | O_CREAT, kPrivate));
    if (::flock(vault.lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        return Error(
            ErrorKind::Conflict,
            fmt::format("another process has the keystore {} open", folder.string()),
            "stop the other server first"
        );
    }
    bool fresh = !fs::exists(folder / "keystore");
    vault.master_ = PROVISO_TRY(release_master_key(folder, unlock, fresh));
    if (fresh) {
        vault.epoch_ = 1;
        vault.epoch_key_ = PROVISO_TRY(vault.make_epoch(1));
        PROVISO_TRY(vault.write_keystore({}, 1, vault.epoch_key_.view()));
    } else {
        PROVISO_TRY(vault.load());
    }
    PROVISO_TRY(vault.remove_leftovers());
    return vault;
}

Result<> Vault::load() {
    auto file = PROVISO_TRY(read_file(folder_ / "keystore", kMostBytes));
    ByteReader read(as_bytes(file));
    auto magic = read.take(kMagic.size());
    epoch_ = read.u32();
    if (!read.ok() || as_text(magic) != kMagic) {
        return Error(ErrorKind::Corrupt, "the keystore has an unknown beginning");
    }
    auto wrapped_epoch = read_file(epoch_path(epoch_), 4096);
    if (!wrapped_epoch && wrapped_epoch.error().kind() == ErrorKind::NotFound) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("the keystore belongs to epoch {}, whose key is destroyed", epoch_),
            "it is an old copy: put the newest keystore back"
        );
    }
    auto wrapped = PROVISO_TRY(std::move(wrapped_epoch));
    auto epoch_key = crypto::unwrap(master_.view(), epoch_context(epoch_), as_bytes(wrapped));
    if (!epoch_key) {
        return Error(ErrorKind::Corrupt, fmt::format("{} is damaged", epoch_path(epoch_).string()));
    }
    epoch_key_ = *std::move(epoch_key);
    auto body = as_bytes(file).subspan(kHeaderSize);
    auto plain = crypto::unwrap(epoch_key_.view(), keystore_header(epoch_), body);
    if (!plain) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("{} is damaged", (folder_ / "keystore").string()),
            "put back the newest copy of this folder"
        );
    }
    content_ = PROVISO_TRY(decode_content(plain->view()));
    return {};
}

// A crash may leave a temporary file, an epoch key not used yet, or one that was about to be
// destroyed. None of them may survive.
Result<> Vault::remove_leftovers() const {
    std::error_code error;
    std::vector<fs::path> leftovers;
    for (const auto& file : fs::directory_iterator(folder_, error)) {
        auto name = file.path().filename().string();
        bool temporary = name.find(".new-") != std::string::npos;
        if (temporary || (name.starts_with("epoch-") && file.path() != epoch_path(epoch_))) {
            leftovers.push_back(file.path());
        }
    }
    if (error) return errno_error("list the keystore", error.value());
    for (const auto& path : leftovers) PROVISO_TRY(destroy(path));
    return {};
}

Result<> Vault::write_keystore(const Content& content, std::uint32_t epoch, ByteView epoch_key)
    const {
    auto file = keystore_header(epoch);
    auto wrapped = crypto::wrap(epoch_key, file, encode(content).view());
    file.insert(file.end(), wrapped.begin(), wrapped.end());
    return write_file_atomic(folder_ / "keystore", file, kPrivate)
        .while_doing("write the keystore");
}

Result<crypto::SecretBytes> Vault::make_epoch(std::uint32_t epoch) const {
    auto key = crypto::SecretBytes::random(crypto::kAeadKeySize);
    auto wrapped = crypto::wrap(master_.view(), epoch_context(epoch), key.view());
    PROVISO_TRY(write_file_atomic(epoch_path(epoch), wrapped, kPrivate));
    return key;
}

Result<> Vault::write(Content content) {
    PROVISO_TRY(write_keystore(content, epoch_, epoch_key_.view()));
    content_ = std::move(content);
    return {};
}

Result<> Vault::write_in_new_epoch(Content content) {
    auto key = PROVISO_TRY(make_epoch(epoch_ + 1));
    PROVISO_TRY(write_keystore(content, epoch_ + 1, key.view()));
    // From here the new epoch is the truth, whatever fails below is finished at the next opening.
    auto old = epoch_path(epoch_);
    ++epoch_;
    epoch_key_ = std::move(key);
    content_ = std::move(content);
    return destroy(old);
}

Result<> Vault::destroy(const fs::path& path) const {
    auto fd = PROVISO_TRY(open_file(path, O_WRONLY));
    std::error_code error;
    Bytes noise(fs::file_size(path, error));
    if (error) return errno_error(fmt::format("look at {}", path.string()), error.value());
    crypto::fill_random(noise);
    PROVISO_TRY(pwrite_all(fd.get(), noise, 0));
    if (::fdatasync(fd.get()) != 0) return errno_error("overwrite a destroyed key", errno);
    if (::unlink(path.c_str()) != 0) return errno_error("remove a destroyed key", errno);
    return sync_folder(folder_);
}

}  // namespace proviso::keys
