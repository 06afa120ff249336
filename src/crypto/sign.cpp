#include <algorithm>

#include <sodium.h>

#include <proviso/crypto/sign.h>

#include "foundation.h"

namespace proviso::crypto {

SigningKey SigningKey::generate() {
    auto key = from_seed(SecretBytes::random(crypto_sign_SEEDBYTES).view());
    must(key.has_value(), "make an Ed25519 key");
    return std::move(key).value();
}

Result<SigningKey> SigningKey::from_seed(ByteView seed) {
    start_sodium();
    if (seed.size() != crypto_sign_SEEDBYTES) {
        return invalid_input("the seed of an Ed25519 key has 32 bytes");
    }
    SigningKey key;
    key.secret_ = SecretBytes(crypto_sign_SECRETKEYBYTES);
    auto made = crypto_sign_seed_keypair(
        key.public_key_.data(), key.secret_.mutable_view().data(), seed.data()
    );
    must(made == 0, "make an Ed25519 key");
    return key;
}

Signature SigningKey::sign(ByteView message) const {
    Signature signature{};
    auto made = crypto_sign_detached(
        signature.data(), nullptr, message.data(), message.size(), secret_.view().data()
    );
    must(made == 0, "sign");
    return signature;
}

// libsodium's secret key is the seed followed by the public key.
ByteView SigningKey::seed() const { return secret_.view().first(crypto_sign_SEEDBYTES); }

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
    start_sodium();
    return crypto_sign_verify_detached(
               signature.data(), message.data(), message.size(), key.data()
           ) == 0;
}

}  // namespace proviso::crypto
