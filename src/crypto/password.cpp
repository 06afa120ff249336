#include <array>

#include <sodium.h>

#include <proviso/crypto/password.h>

#include "foundation.h"

namespace proviso::crypto {

namespace {

struct Cost {
    unsigned long long passes;
    std::size_t memory;
};

constexpr Cost kPasswordCost{3, std::size_t{64} << 20U};
constexpr Cost kPassphraseCost{3, std::size_t{256} << 20U};
const Cost kCheapest{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};

Error no_memory(const Cost& cost) {
    return {
        ErrorKind::Unavailable,
        "not enough memory to hash a password",
        "free " + std::to_string(cost.memory >> 20U) + " MiB of memory and try again"};
}

}  // namespace

Result<std::string> hash_password(std::string_view password, bool cheap) {
    start_sodium();
    const auto& cost = cheap ? kCheapest : kPasswordCost;
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str_alg(
            text.data(),
            password.data(),
            password.size(),
            cost.passes,
            cost.memory,
            crypto_pwhash_ALG_ARGON2ID13
        ) != 0) {
        return no_memory(cost);
    }
    return std::string(text.data());
}

bool verify_password(std::string_view stored, std::string_view password) {
    start_sodium();
    if (stored.size() >= crypto_pwhash_STRBYTES) return false;
    // libsodium reads the whole array, so the text goes into one.
    std::array<char, crypto_pwhash_STRBYTES> text{};
    stored.copy(text.data(), stored.size());
    return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

Result<SecretBytes> key_from_passphrase(std::string_view passphrase, ByteView salt, bool cheap) {
    start_sodium();
    if (salt.size() != crypto_pwhash_SALTBYTES) {
        return Error(ErrorKind::Internal, "the salt of a passphrase has 16 bytes");
    }
    const auto& cost = cheap ? kCheapest : kPassphraseCost;
    SecretBytes key(32);
    if (crypto_pwhash(
            key.mutable_view().data(),
            key.size(),
            passphrase.data(),
            passphrase.size(),
            salt.data(),
            cost.passes,
            cost.memory,
            crypto_pwhash_ALG_ARGON2ID13
        ) != 0) {
        return no_memory(cost);
    }
    return key;
}

}  // namespace proviso::crypto
