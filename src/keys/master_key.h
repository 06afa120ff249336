#pragma once

#include <filesystem>

#include <proviso/crypto/secret.h>
#include <proviso/keys/key_store.h>

namespace proviso::keys {

/// Releases the master key of the keystore in `folder`; makes what it needs for that if `fresh`.
/// A wrong passphrase or a foreign key file is Forbidden and says so.
Result<crypto::SecretBytes> release_master_key(
    const std::filesystem::path& folder, const Unlock& unlock, bool fresh
);

}  // namespace proviso::keys
