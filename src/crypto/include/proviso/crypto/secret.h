#pragma once

#include <cstddef>
#include <span>

#include <proviso/base/bytes.h>

namespace proviso::crypto {

/// Bytes that must not be seen: locked in memory, left out of core dumps, wiped when they go.
/// Move-only. (libsodium's guarded heap.)
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size);

    static SecretBytes copy_of(ByteView bytes);
    static SecretBytes random(std::size_t size);

    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    ByteView view() const { return {data_, size_}; }

    MutableByteView mutable_view() { return {data_, size_}; }

    std::size_t size() const { return size_; }

    bool empty() const { return size_ == 0; }

private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
};

/// From the kernel's generator.
void fill_random(MutableByteView out);

/// Constant time in the content; false if the sizes differ.
bool equal_secret(ByteView a, ByteView b);

}  // namespace proviso::crypto
