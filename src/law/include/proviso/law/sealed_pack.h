#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/crypto/sign.h>
#include <proviso/policy/pack_set.h>

namespace proviso::law {

/// A pack as it travels: all its files in one canonical text, with the signature of whoever
/// publishes it (docs/reference/rules.md, "One file").
struct SealedPack {
    std::string id;
    std::string version;  ///< "1.2.0"
    std::vector<policy::PackFile>
        rules;  ///< "<id>/pack.yaml", "<id>/params.csv", "<id>/rules/*.yaml"
    std::vector<policy::PackFile> cases;  ///< "<id>/cases/*.yaml"
    std::string digest;                   ///< SHA-256 of the canonical content, hexadecimal
    std::string publisher;                ///< verifier key; empty: came with the program
    std::string signature;                ///< base64; empty as well

    /// The file; the same bytes for the same content and signature.
    std::string text() const;
};

/// One pack from its folder ("packs/fr"), unsigned.
Result<SealedPack> read_pack(const std::filesystem::path& folder);
/// Every pack of a folder of packs, by id, unsigned. All or nothing.
Result<std::vector<SealedPack>> read_pack_folder(const std::filesystem::path& folder);

/// Signs in the name of a publisher ("example.org/packs"). Ed25519 over the digest.
void sign_pack(SealedPack& pack, std::string_view publisher, const crypto::SigningKey& key);

/// Reads a file and holds it against its own digest; Corrupt if a byte is not as it was sealed.
/// Whether a signature must be there is for the caller: `publishers` are the verifier keys that
/// are trusted, and a signature by another one is Forbidden.
Result<SealedPack> open_pack(std::string_view text, std::span<const std::string> publishers);

/// One digest over several packs, in the order of their ids.
std::string digest_of(const std::vector<SealedPack>& packs);

/// "1.10.0" is newer than "1.9.3". InvalidInput unless three numbers.
Result<bool> is_newer(std::string_view version, std::string_view than);

}  // namespace proviso::law
