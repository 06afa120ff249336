#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/crypto/secret.h>
#include <proviso/crypto/sign.h>
#include <proviso/ledger/ledger.h>

namespace proviso::keys {

/// The key of one camera on one day: the unit that is destroyed to delete.
struct CameraDayKey {
    std::string id;  ///< "gate-1/2026-11-22/<8 hex>"
    std::shared_ptr<const crypto::SecretBytes> secret;
};

/// A key of its own for anything else that must be forgettable: a person in a gallery, the gallery.
struct NamedKey {
    std::string id;  ///< "face/<32 hex>": random, so that it tells a reader of the ledger nothing
    std::shared_ptr<const crypto::SecretBytes> secret;
};

struct KeyInfo {
    std::string id;
    CameraId camera;
    Day day;
};

/// How the master key is released. Exactly one of the two.
struct Unlock {
    std::filesystem::path key_file;  ///< 32 random bytes, 0600, made at first start
    std::string passphrase;          ///< through Argon2id; never stored
};

/// All keys, wrapped: master -> epoch -> keystore blob (docs/design/keys.md). Thread-safe.
/// Opened in two steps because the ledger's own keys live here while shredding is written into
/// the ledger: open(), then attach_ledger() before the first shred.
class KeyStore {
public:
    static Result<std::unique_ptr<KeyStore>> open(
        const std::filesystem::path& folder, const Unlock& unlock
    );
    KeyStore(const KeyStore&) = delete;
    KeyStore& operator=(const KeyStore&) = delete;
    ~KeyStore();

    /// Also writes down what an earlier run destroyed but could not record any more.
    Result<> attach_ledger(ledger::Ledger& ledger);

    /// The key for recording now; made, durable before it is returned, if there is none yet. The
    /// first call of a day makes the keys of all cameras that had one the day before, in one write.
    Result<CameraDayKey> camera_day(const CameraId& camera, Day day);
    /// NotFound if it was never there or is destroyed.
    Result<CameraDayKey> find(std::string_view key_id) const;
    std::vector<KeyInfo> list() const;

    /// New random keys named "<use>/<32 random hex>", all in one write; durable before they are
    /// returned. `use` is a slug.
    Result<std::vector<NamedKey>> make_named(std::string_view use, std::size_t count);
    /// NotFound if it was never there or is destroyed.
    Result<NamedKey> find_named(std::string_view key_id) const;
    /// The ids of one use.
    std::vector<std::string> list_named(std::string_view use) const;

    /// Destroys keys of either kind so that no copy of this folder made from now on holds them: new
    /// epoch key, keystore written again without them, old epoch key overwritten and removed,
    /// ledger entry "key.destroyed" with the ids and `reason` (a code, no personal data). Unknown
    /// ids are passed over. If the ledger cannot be written the keys are destroyed all the same,
    /// the error says so, and the entry is made at the next shred() or attach_ledger().
    Result<> shred(std::span<const std::string> key_ids, std::string_view reason);

    /// A named secret of the server itself ("ledger.signing", "ledger.payload", "session.pepper"),
    /// random, made at first use.
    Result<crypto::SecretBytes> server_secret(std::string_view name, std::size_t size);

    /// Seals a small secret given by people (camera credentials) for storing elsewhere.
    Result<Bytes> seal(std::string_view context, ByteView secret) const;
    Result<crypto::SecretBytes> unseal(std::string_view context, ByteView sealed) const;

private:
    KeyStore();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::keys
