#include <algorithm>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <proviso/crypto/hash.h>

#include "foundation.h"

namespace proviso::crypto {

namespace {

using MdContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using MacContext = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;

// Looking an algorithm up by name costs more than hashing a tree node, so it happens once.
const EVP_MD* sha256_method() {
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    must(method != nullptr, "find SHA-256");
    return method;
}

EVP_MAC* hmac_method() {
    static EVP_MAC* const method = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    must(method != nullptr, "find HMAC");
    return method;
}

MdContext new_sha256_context() {
    MdContext context(EVP_MD_CTX_new());
    must(context && EVP_DigestInit_ex2(context.get(), sha256_method(), nullptr) == 1, "SHA-256");
    return context;
}

MacContext new_hmac_context() {
    MacContext context(EVP_MAC_CTX_new(hmac_method()));
    must(context != nullptr, "HMAC");
    std::array<char, 7> digest{"SHA256"};
    std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    must(EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1, "HMAC-SHA-256");
    return context;
}

void add(EVP_MD_CTX* context, ByteView bytes) {
    must(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1, "SHA-256");
}

/// The digest, and the context is ready for a new message.
Digest finish_and_restart(EVP_MD_CTX* context) {
    Digest digest{};
    must(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1, "SHA-256");
    must(EVP_DigestInit_ex2(context, nullptr, nullptr) == 1, "SHA-256");
    return digest;
}

}  // namespace

struct Sha256::State {
    MdContext context = new_sha256_context();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}

Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

Sha256& Sha256::update(ByteView bytes) {
    add(state_->context.get(), bytes);
    return *this;
}

Digest Sha256::finish() { return finish_and_restart(state_->context.get()); }

Digest sha256(ByteView bytes) {
    thread_local const MdContext context = new_sha256_context();
    add(context.get(), bytes);
    return finish_and_restart(context.get());
}

Digest hmac_sha256(ByteView key, ByteView message) {
    thread_local const MacContext context = new_hmac_context();
    // OpenSSL takes a null key for "as before", so an empty one needs an address.
    static constexpr std::uint8_t kEmpty = 0;
    const auto* key_data = key.empty() ? &kEmpty : key.data();
    Digest digest{};
    std::size_t size = 0;
    must(
        EVP_MAC_init(context.get(), key_data, key.size(), nullptr) == 1 &&
            EVP_MAC_update(context.get(), message.data(), message.size()) == 1 &&
            EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1 &&
            size == digest.size(),
        "HMAC-SHA-256"
    );
    // The context lives as long as the thread; the key must not.
    must(EVP_MAC_init(context.get(), &kEmpty, 0, nullptr) == 1, "HMAC-SHA-256");
    return digest;
}

void hkdf_sha256(ByteView secret, ByteView salt, ByteView info, MutableByteView out) {
    must(out.size() <= 255 * sizeof(Digest), "HKDF output is too long");
    auto extracted = hmac_sha256(salt, secret);
    Bytes message;
    message.reserve(sizeof(Digest) + info.size() + 1);
    Digest block{};
    for (std::uint8_t counter = 1; !out.empty(); ++counter) {
        sodium_memzero(message.data(), message.size());
        message.clear();
        if (counter > 1) message.insert(message.end(), block.begin(), block.end());
        message.insert(message.end(), info.begin(), info.end());
        message.push_back(counter);
        block = hmac_sha256(extracted, message);
        auto count = std::min(out.size(), block.size());
        std::copy_n(block.begin(), count, out.begin());
        out = out.subspan(count);
    }
    sodium_memzero(message.data(), message.size());
    sodium_memzero(block.data(), block.size());
    sodium_memzero(extracted.data(), extracted.size());
}

}  // namespace proviso::crypto
