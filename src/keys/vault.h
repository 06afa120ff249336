#pragma once

#include <filesystem>

#include <proviso/base/unique_fd.h>

#include "content.h"

namespace proviso::keys {

/// The files of the keystore: `keystore` holds everything under the epoch key, `epoch-N.key` holds
/// that key under the master key. Exactly one epoch exists at rest. Not thread-safe.
class Vault {
public:
    /// Opens what is there, finishing what a crash interrupted, or makes an empty keystore.
    /// Conflict if another process has it open.
    static Result<Vault> open(const std::filesystem::path& folder, const Unlock& unlock);

    const Content& content() const { return content_; }

    /// Durable, all or nothing, under the same epoch key.
    Result<> write(Content content);

    /// Durable, all or nothing, under a new epoch key; the old one is destroyed, so that no older
    /// copy of the keystore opens any more.
    Result<> write_in_new_epoch(Content content);

private:
    Vault() = default;
    Result<> load();
    Result<> remove_leftovers() const;
    Result<> write_keystore(const Content& content, std::uint32_t epoch, ByteView epoch_key) const;
    Result<crypto::SecretBytes> make_epoch(std::uint32_t epoch) const;
    Result<> destroy(const std::filesystem::path& path) const;
    std::filesystem::path epoch_path(std::uint32_t epoch) const;

    std::filesystem::path folder_;
    UniqueFd lock_;
    crypto::SecretBytes master_;
    std::uint32_t epoch_ = 0;
    crypto::SecretBytes epoch_key_;
    Content content_;
};

}  // namespace proviso::keys
