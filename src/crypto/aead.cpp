#include <algorithm>
#include <numeric>

#include <openssl/evp.h>
#include <sodium.h>

#include <proviso/crypto/aead.h>

#include "foundation.h"

namespace proviso::crypto {

namespace {

using Context = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::array<std::uint8_t, kAeadKeySize> kNoKey{};
constexpr Nonce kNoNonce{};
// OpenSSL counts in int; GCM itself ends at 2^36 bytes.
constexpr std::size_t kStep = std::size_t{1} << 30U;

enum class Direction : int { Open = 0, Seal = 1 };

/// A cipher context that lives as long as its thread, because making one costs as much as
/// encrypting some kilobytes. The key in it does not stay: `Use` overwrites it.
template <Direction D>
EVP_CIPHER_CTX* context() {
    thread_local const Context kept = [] {
        static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
        Context made(EVP_CIPHER_CTX_new());
        must(
            cipher != nullptr && made &&
                EVP_CipherInit_ex2(
                    made.get(), cipher, kNoKey.data(), kNoNonce.data(), static_cast<int>(D), nullptr
                ) == 1,
            "AES-256-GCM"
        );
        return made;
    }();
    return kept.get();
}

template <Direction D>
class Use {
public:
    Use(ByteView key, const Nonce& nonce) { set_key(key, nonce); }

    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    ~Use() { set_key(kNoKey, kNoNonce); }

    void associate(ByteView bytes) { update(nullptr, bytes); }

    void text(std::uint8_t* out, ByteView bytes) { update(out, bytes); }

    void control(int what, std::uint8_t* tag) {
        must(
            EVP_CIPHER_CTX_ctrl(context_, what, static_cast<int>(kAeadTagSize), tag) == 1,
            "AES-256-GCM tag"
        );
    }

    bool finish() {
        std::array<std::uint8_t, 16> nothing{};
        int size = 0;
        return EVP_CipherFinal_ex(context_, nothing.data(), &size) == 1;
    }

private:
    void set_key(ByteView key, const Nonce& nonce) {
        must(
            EVP_CipherInit_ex2(context_, nullptr, key.data(), nonce.data(), -1, nullptr) == 1,
            "AES-256-GCM key"
        );
    }

    void update(std::uint8_t* out, ByteView bytes) {
        while (!bytes.empty()) {
            auto count = std::min(bytes.size(), kStep);
            int size = 0;
            must(
                EVP_CipherUpdate(context_, out, &size, bytes.data(), static_cast<int>(count)) == 1,
                "AES-256-GCM"
            );
            if (out != nullptr) out += count;
            bytes = bytes.subspan(count);
        }
    }

    EVP_CIPHER_CTX* context_ = context<D>();
};

Result<> check_key(ByteView key) {
    if (key.size() == kAeadKeySize) return {};
    return Error(ErrorKind::Internal, "an AES-256-GCM key has 32 bytes");
}

}  // namespace

Result<> seal(
    ByteView key,
    const Nonce& nonce,
    ByteView associated,
    std::span<const ByteView> pieces,
    MutableByteView out
) {
    PROVISO_TRY(check_key(key));
    auto size =
        std::accumulate(pieces.begin(), pieces.end(), std::size_t{0}, [](auto sum, auto piece) {
            return sum + piece.size();
        });
    if (out.size() != size + kAeadTagSize) {
        return Error(ErrorKind::Internal, "the room for sealed bytes has the wrong size");
    }
    Use<Direction::Seal> use(key, nonce);
    use.associate(associated);
    auto* at = out.data();
    for (auto piece : pieces) {
        use.text(at, piece);
        at += piece.size();
    }
    must(use.finish(), "AES-256-GCM end");
    use.control(EVP_CTRL_AEAD_GET_TAG, at);
    return {};
}

Result<> open(
    ByteView key, const Nonce& nonce, ByteView associated, ByteView sealed, MutableByteView out
) {
    PROVISO_TRY(check_key(key));
    if (sealed.size() < kAeadTagSize) {
        return Error(ErrorKind::Corrupt, "sealed bytes are too short");
    }
    auto cipher = sealed.first(sealed.size() - kAeadTagSize);
    if (out.size() != cipher.size()) {
        return Error(ErrorKind::Internal, "the room for opened bytes has the wrong size");
    }
    std::array<std::uint8_t, kAeadTagSize> tag{};
    std::copy_n(sealed.end() - kAeadTagSize, kAeadTagSize, tag.begin());
    Use<Direction::Open> use(key, nonce);
    use.associate(associated);
    use.text(out.data(), cipher);
    use.control(EVP_CTRL_AEAD_SET_TAG, tag.data());
    if (!use.finish()) {
        sodium_memzero(out.data(), out.size());
        return Error(
            ErrorKind::Corrupt, "sealed bytes do not open: they, their key or their place changed"
        );
    }
    return {};
}

Bytes wrap(ByteView key, ByteView associated, ByteView secret) {
    Bytes wrapped(kAeadNonceSize + secret.size() + kAeadTagSize);
    MutableByteView room(wrapped);
    Nonce nonce{};
    fill_random(nonce);
    std::copy(nonce.begin(), nonce.end(), wrapped.begin());
    auto sealed = seal(key, nonce, associated, std::span(&secret, 1), room.subspan(kAeadNonceSize));
    must(sealed.has_value(), "wrap a secret");
    return wrapped;
}

Result<SecretBytes> unwrap(ByteView key, ByteView associated, ByteView wrapped) {
    if (wrapped.size() < kAeadNonceSize + kAeadTagSize) {
        return Error(ErrorKind::Corrupt, "sealed bytes are too short");
    }
    Nonce nonce{};
    std::copy_n(wrapped.begin(), kAeadNonceSize, nonce.begin());
    SecretBytes secret(wrapped.size() - kAeadNonceSize - kAeadTagSize);
    auto sealed = wrapped.subspan(kAeadNonceSize);
    PROVISO_TRY(open(key, nonce, associated, sealed, secret.mutable_view()));
    return secret;
}

}  // namespace proviso::crypto
