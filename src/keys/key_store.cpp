#include <algorithm>
#include <mutex>

#include <proviso/crypto/aead.h>
#include <proviso/keys/key_store.h>

#include "content.h"
#include "vault.h"

namespace proviso::keys {

namespace {

constexpr std::string_view kSealSecret = "keys.seal";
constexpr std::size_t kIdsInOneEntry = 32;  // an id has up to 83 bytes, an entry up to 4096

SharedSecret random_secret(std::size_t size) {
    return std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::random(size));
}

/// The id of the key of `camera` on `day`, if there is one.
std::optional<std::string> find_day(const Content& content, const CameraId& camera, Day day) {
    auto prefix = camera.text() + "/" + to_iso8601(day) + "/";
    auto found = content.camera_days.lower_bound(prefix);
    if (found == content.camera_days.end() || !found->first.starts_with(prefix)) return {};
    return found->first;
}

/// One write makes the keys of all cameras that recorded the day before: at midnight they all ask
/// at once, and every write is of the whole keystore.
void add_day(Content& content, const CameraId& camera, Day day) {
    std::vector<CameraId> cameras{camera};
    for (const auto& [id, secret] : content.camera_days) {
        auto info = parse_key_id(id);
        if (info && info->day == day - std::chrono::days(1)) cameras.push_back(info->camera);
    }
    for (const auto& each : cameras) {
        if (find_day(content, each, day)) continue;
        content.camera_days.emplace(make_key_id(each, day), random_secret(crypto::kAeadKeySize));
    }
}

}  // namespace

struct KeyStore::Inside {
    explicit Inside(Vault opened) : vault(std::move(opened)), content(vault.content()) {}

    Result<> write(Content changed) {
        PROVISO_TRY(vault.write(changed));
        publish(std::move(changed));
        return {};
    }

    void publish(Content changed) {
        std::lock_guard lock(content_mutex);
        content = std::move(changed);
    }

    Content now() const {
        std::lock_guard lock(content_mutex);
        return content;
    }

    /// Made by open(), so it is there.
    SharedSecret seal_key() const {
        std::lock_guard lock(content_mutex);
        return content.secrets.find(kSealSecret)->second;
    }

    Result<> announce_tombstones();

    std::mutex write_mutex;  // one change at a time; readers do not wait for the disk
    Vault vault;
    ledger::Ledger* ledger = nullptr;
    mutable std::mutex content_mutex;
    Content content;
};

/// Tells the ledger what was destroyed. A tombstone stays in the keystore until that succeeds, so
/// a crash between destruction and entry loses none; at worst it is told twice.
Result<> KeyStore::Inside::announce_tombstones() {
    auto changed = now();
    if (changed.tombstones.empty() || ledger == nullptr) return {};
    std::vector<ledger::Draft> drafts;
    for (const auto& tombstone : changed.tombstones) {
        std::span ids(tombstone.key_ids);
        while (!ids.empty()) {
            auto some = ids.first(std::min(ids.size(), kIdsInOneEntry));
            ids = ids.subspan(some.size());
            Json body{
                {"keys", std::vector<std::string>(some.begin(), some.end())},
                {"reason", tombstone.reason}};
            drafts.push_back({"key.destroyed", std::move(body), nullptr});
        }
    }
    PROVISO_TRY(ledger->append_all(std::move(drafts)).while_doing("record the destroyed keys"));
    changed.tombstones.clear();
    return write(std::move(changed));
}

KeyStore::KeyStore() = default;
KeyStore::~KeyStore() = default;

Result<std::unique_ptr<KeyStore>> KeyStore::open(
    const std::filesystem::path& folder, const Unlock& unlock
) {
    auto vault = PROVISO_TRY(Vault::open(folder, unlock).while_doing("open the keystore"));
    std::unique_ptr<KeyStore> store(new KeyStore);
    store->inside_ = std::make_unique<Inside>(std::move(vault));
    PROVISO_TRY(store->server_secret(kSealSecret, crypto::kAeadKeySize));
    return store;
}

Result<> KeyStore::attach_ledger(ledger::Ledger& ledger) {
    std::lock_guard lock(inside_->write_mutex);
    inside_->ledger = &ledger;
    return inside_->announce_tombstones();
}

Result<CameraDayKey> KeyStore::camera_day(const CameraId& camera, Day day) {
    auto existing = [&]() -> std::optional<CameraDayKey> {
        std::lock_guard lock(inside_->content_mutex);
        auto id = find_day(inside_->content, camera, day);
        if (!id) return {};
        return CameraDayKey{*id, inside_->content.camera_days.find(*id)->second};
    };
    if (auto found = existing()) return *found;
    std::lock_guard lock(inside_->write_mutex);
    if (auto found = existing()) return *found;
    auto changed = inside_->now();
    add_day(changed, camera, day);
    PROVISO_TRY(inside_->write(std::move(changed)));
    return *existing();
}

Result<CameraDayKey> KeyStore::find(std::string_view key_id) const {
    std::lock_guard lock(inside_->content_mutex);
    auto found = inside_->content.camera_days.find(key_id);
    if (found == inside_->content.camera_days.end()) {
        return Error(ErrorKind::NotFound, "the key does not exist, or it was destroyed");
    }
    return CameraDayKey{found->first, found->second};
}

std::vector<KeyInfo> KeyStore::list() const {
    std::lock_guard lock(inside_->content_mutex);
    std::vector<KeyInfo> infos;
    for (const auto& [id, secret] : inside_->content.camera_days) {
        if (auto info = parse_key_id(id)) infos.push_back(*std::move(info));
    }
    return infos;
}

Result<std::vector<NamedKey>> KeyStore::make_named(std::string_view use, std::size_t count) {
    if (!is_slug(use)) return invalid_input("the use of a key is not a valid name");
    std::lock_guard lock(inside_->write_mutex);
    auto changed = inside_->now();
    std::vector<NamedKey> made;
    made.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        made.push_back({make_named_id(use), random_secret(crypto::kAeadKeySize)});
        changed.named.emplace(made.back().id, made.back().secret);
    }
    PROVISO_TRY(inside_->write(std::move(changed)));
    return made;
}

Result<NamedKey> KeyStore::find_named(std::string_view key_id) const {
    std::lock_guard lock(inside_->content_mutex);
    auto found = inside_->content.named.find(key_id);
    if (found == inside_->content.named.end()) {
        return Error(ErrorKind::NotFound, "the key does not exist, or it was destroyed");
    }
    return NamedKey{found->first, found->second};
}

std::vector<std::string> KeyStore::list_named(std::string_view use) const {
    auto prefix = std::string(use) + "/";
    std::lock_guard lock(inside_->content_mutex);
    std::vector<std::string> ids;
    auto each = inside_->content.named.lower_bound(prefix);
    for (; each != inside_->content.named.end() && each->first.starts_with(prefix); ++each) {
        ids.push_back(each->first);
    }
    return ids;
}

Result<> KeyStore::shred(std::span<const std::string> key_ids, std::string_view reason) {
    std::lock_guard lock(inside_->write_mutex);
    if (inside_->ledger == nullptr) {
        return Error(ErrorKind::Internal, "no key is destroyed before the ledger is attached");
    }
    if (reason.empty() || reason.size() > 200) {
        return invalid_input("the reason for destroying a key has 1 to 200 bytes");
    }
    auto changed = inside_->now();
    Tombstone tombstone{{}, std::string(reason)};
    for (const auto& id : key_ids) {
        if (changed.camera_days.erase(id) + changed.named.erase(id) > 0)
            tombstone.key_ids.push_back(id);
    }
    if (!tombstone.key_ids.empty()) {
        changed.tombstones.push_back(std::move(tombstone));
        auto written = inside_->vault.write_in_new_epoch(std::move(changed));
        // Even after an error the vault may have passed into the new epoch, which then counts.
        inside_->publish(inside_->vault.content());
        PROVISO_TRY(std::move(written).while_doing("destroy keys"));
    }
    return inside_->announce_tombstones();
}

Result<crypto::SecretBytes> KeyStore::server_secret(std::string_view name, std::size_t size) {
    std::lock_guard lock(inside_->write_mutex);
    auto changed = inside_->now();
    auto found = changed.secrets.find(name);
    if (found == changed.secrets.end()) {
        found = changed.secrets.emplace(name, random_secret(size)).first;
        PROVISO_TRY(inside_->write(changed));
    }
    if (found->second->size() != size) {
        return Error(ErrorKind::Internal, "a server secret was made with another size");
    }
    return crypto::SecretBytes::copy_of(found->second->view());
}

Result<Bytes> KeyStore::seal(std::string_view context, ByteView secret) const {
    auto key = inside_->seal_key();
    return crypto::wrap(key->view(), as_bytes(context), secret);
}

Result<crypto::SecretBytes> KeyStore::unseal(std::string_view context, ByteView sealed) const {
    auto key = inside_->seal_key();
    return crypto::unwrap(key->view(), as_bytes(context), sealed);
}

}  // namespace proviso::keys
