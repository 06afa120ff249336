#include "master_key.h"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <proviso/base/document.h>
#include <proviso/base/file.h>
#include <proviso/crypto/hash.h>
#include <proviso/crypto/password.h>

namespace proviso::keys {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kKeySize = 32;
constexpr unsigned kPrivate = 0600;

/// `unlock.json`: how the master key is released, and a digest that tells a wrong one from damage.
struct Lock {
    std::string kind;  // "file" or "passphrase"
    Bytes salt;        // empty for "file"
    std::string check;
};

std::string check_of(const crypto::SecretBytes& key) {
    return to_hex(crypto::hmac_sha256(key.view(), as_bytes("proviso master key check v1")));
}

Result<Lock> read_lock(const fs::path& path) {
    auto text = PROVISO_TRY(read_file(path, 4096));
    auto json = PROVISO_TRY(parse_json(text).while_doing(path.string()));
    ObjectReader read(json, path.string());
    Lock lock;
    lock.kind = read.one_of("kind", {"file", "passphrase"});
    lock.salt = PROVISO_TRY(from_hex(read.text("salt")));
    lock.check = read.text("check");
    PROVISO_TRY(read.finish());
    return lock;
}

Result<> write_lock(const fs::path& path, const Lock& lock) {
    Json json{{"check", lock.check}, {"kind", lock.kind}, {"salt", to_hex(lock.salt)}};
    return write_file_atomic(path, as_bytes(canonical_json(json) + "\n"), kPrivate);
}

Result<crypto::SecretBytes> read_key_file(const fs::path& path) {
    auto fd = open_file(path, O_RDONLY);
    if (!fd) {
        if (fd.error().kind() != ErrorKind::NotFound) return std::move(fd).error();
        return Error(
            ErrorKind::NotFound,
            fmt::format("the key file {} is missing", path.string()),
            "put it back from its copy: without it no recording can be opened"
        );
    }

    struct stat status {};

    if (::fstat(fd->get(), &status) != 0) return errno_error("look at the key file", errno);
    if ((status.st_mode & 077U) != 0) {
        return Error(
            ErrorKind::Forbidden,
            fmt::format("others on this machine may read the key file {}", path.string()),
            fmt::format("chmod 600 {}", path.string())
        );
    }
    if (status.st_size != static_cast<off_t>(kKeySize)) {
        return Error(
            ErrorKind::Corrupt, fmt::format("the key file {} has not 32 bytes", path.string())
        );
    }
    crypto::SecretBytes key(kKeySize);
    PROVISO_TRY(pread_exact(fd->get(), key.mutable_view(), 0));
    return key;
}

Result<crypto::SecretBytes> make_key_file(const fs::path& path) {
    // A key that is already there may protect something else: it is used, never replaced.
    if (fs::exists(path)) return read_key_file(path);
    PROVISO_TRY(make_folders(path.parent_path(), 0700));
    auto key = crypto::SecretBytes::random(kKeySize);
    PROVISO_TRY(write_file_atomic(path, key.view(), kPrivate));
    return key;
}

Error wrong_key(bool passphrase) {
    if (passphrase) {
        return {
            ErrorKind::Forbidden,
            "the passphrase is not the one of this keystore",
            "type it again; if it is lost, the recordings are lost with it"};
    }
    return {
        ErrorKind::Forbidden,
        "the key file is not the one of this keystore",
        "use the key file that was made together with this folder"};
}

}  // namespace

Result<crypto::SecretBytes> release_master_key(
    const fs::path& folder, const Unlock& unlock, bool fresh
) {
    bool passphrase = !unlock.passphrase.empty();
    if (passphrase == !unlock.key_file.empty()) {
        return invalid_input(
            "the keystore needs either a key file or a passphrase",
            "configure exactly one of the two"
        );
    }
    auto path = folder / "unlock.json";
    Lock lock;
    if (fresh) {
        lock.kind = passphrase ? "passphrase" : "file";
        if (passphrase) {
            lock.salt.resize(16);
            crypto::fill_random(lock.salt);
        }
    } else {
        lock = PROVISO_TRY(read_lock(path));
        if ((lock.kind == "passphrase") != passphrase) {
            return Error(
                ErrorKind::Forbidden,
                fmt::format(
                    "this keystore opens with a {}, not with a {}",
                    lock.kind == "file" ? "key file" : "passphrase",
                    passphrase ? "passphrase" : "key file"
                ),
                "configure the one it was made with"
            );
        }
    }
    auto key = PROVISO_TRY(
        passphrase ? crypto::key_from_passphrase(unlock.passphrase, lock.salt)
                   : (fresh ? make_key_file(unlock.key_file) : read_key_file(unlock.key_file))
    );
    if (fresh) {
        lock.check = check_of(key);
        PROVISO_TRY(write_lock(path, lock));
    } else if (!crypto::equal_secret(as_bytes(check_of(key)), as_bytes(lock.check))) {
        return wrong_key(passphrase);
    }
    return key;
}

}  // namespace proviso::keys
