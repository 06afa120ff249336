#include <algorithm>
#include <mutex>
#include <vector>

#include <sodium.h>

#include <proviso/crypto/secret.h>

#include "foundation.h"

namespace proviso::crypto {

namespace {

constexpr std::size_t kSlot = 64;
constexpr std::size_t kSlab = 16'384;

/// Keys are small and many (two a second for every stream, one for every camera and day), and
/// libsodium spends four mappings and several system calls on each of its allocations. So keys
/// share its guarded, locked pages. The pages stay for the life of the process.
class SmallSecrets {
public:
    std::uint8_t* take() {
        std::lock_guard lock(mutex_);
        if (free_.empty()) add_slab();
        auto* slot = free_.back();
        free_.pop_back();
        return slot;
    }

    void give_back(std::uint8_t* slot) {
        sodium_memzero(slot, kSlot);
        std::lock_guard lock(mutex_);
        free_.push_back(slot);  // never reallocates: add_slab() reserved for all slots
    }

private:
    void add_slab() {
        auto* slab = static_cast<std::uint8_t*>(sodium_malloc(kSlab));
        must(slab != nullptr, "no locked memory");
        slots_ += kSlab / kSlot;
        free_.reserve(slots_);
        for (std::size_t at = 0; at < kSlab; at += kSlot) free_.push_back(slab + at);
    }

    std::mutex mutex_;
    std::vector<std::uint8_t*> free_;
    std::size_t slots_ = 0;
};

SmallSecrets& small_secrets() {
    // Never destroyed: static objects elsewhere may still give secrets back at exit.
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
    static auto& pool = *new SmallSecrets;
    return pool;
}

void release(std::uint8_t* data, std::size_t size) {
    if (data == nullptr) return;
    if (size <= kSlot) {
        small_secrets().give_back(data);
    } else {
        sodium_free(data);
    }
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
    if (size == 0) return;
    start_sodium();
    if (size <= kSlot) {
        data_ = small_secrets().take();
    } else {
        data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
        must(data_ != nullptr, "no locked memory");
    }
    sodium_memzero(data_, size);
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
    SecretBytes secret(bytes.size());
    std::copy(bytes.begin(), bytes.end(), secret.data_);
    return secret;
}

SecretBytes SecretBytes::random(std::size_t size) {
    SecretBytes secret(size);
    fill_random(secret.mutable_view());
    return secret;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        release(data_, size_);
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

SecretBytes::~SecretBytes() { release(data_, size_); }

void fill_random(MutableByteView out) {
    start_sodium();
    randombytes_buf(out.data(), out.size());
}

bool equal_secret(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace proviso::crypto
