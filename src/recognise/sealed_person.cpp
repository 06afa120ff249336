#include "sealed_person.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>
#include <string.h>  // explicit_bzero

#include <proviso/crypto/aead.h>
#include <proviso/crypto/hash.h>

namespace proviso::recognise {

namespace {

constexpr std::uint8_t kVersion = 1;

std::string context_of(const GalleryId& gallery, const PersonId& person, std::string_view key_id) {
    return fmt::format("proviso face template v1|{}|{}|{}", gallery.text(), person.text(), key_id);
}

/// Writes into memory that has room already, so that nothing is left behind by growing.
class Pen {
public:
    explicit Pen(MutableByteView out) : out_(out) {}

    void number(std::uint32_t value, std::size_t width) {
        for (std::size_t i = width; i-- > 0;) {
            out_[at_++] = static_cast<std::uint8_t>(value >> (8 * i));
        }
    }

    void text(std::string_view text) {
        number(static_cast<std::uint32_t>(text.size()), 2);
        std::copy(text.begin(), text.end(), out_.begin() + static_cast<std::ptrdiff_t>(at_));
        at_ += text.size();
    }

private:
    MutableByteView out_;
    std::size_t at_ = 0;
};

Error damaged() { return {ErrorKind::Corrupt, "a template is damaged", "enrol the person again"}; }

}  // namespace

crypto::SecretBytes key_of(const keys::NamedKey& gallery, const keys::NamedKey& person) {
    crypto::SecretBytes both(gallery.secret->size() + person.secret->size());
    auto rest = std::ranges::copy(gallery.secret->view(), both.mutable_view().begin()).out;
    std::ranges::copy(person.secret->view(), rest);
    crypto::SecretBytes key(crypto::kAeadKeySize);
    crypto::hkdf_sha256(both.view(), {}, as_bytes("proviso face template v1"), key.mutable_view());
    return key;
}

Bytes seal_person(
    ByteView key,
    const GalleryId& gallery,
    const PersonId& person,
    std::string_view key_id,
    const PersonSecret& secret
) {
    auto size = 1 + 2 + secret.label.size() + 2 + secret.reason.size() + 2 + 2 +
                secret.templates.size() * secret.dimensions * 4;
    crypto::SecretBytes plain(size);
    Pen pen(plain.mutable_view());
    pen.number(kVersion, 1);
    pen.text(secret.label);
    pen.text(secret.reason);
    pen.number(static_cast<std::uint32_t>(secret.dimensions), 2);
    pen.number(static_cast<std::uint32_t>(secret.templates.size()), 2);
    for (const auto& each : secret.templates) {
        for (auto number : each.unit()) pen.number(std::bit_cast<std::uint32_t>(number), 4);
    }
    return crypto::wrap(key, as_bytes(context_of(gallery, person, key_id)), plain.view());
}

Result<PersonSecret> open_person(
    ByteView key,
    const GalleryId& gallery,
    const PersonId& person,
    std::string_view key_id,
    ByteView sealed,
    std::size_t dimensions
) {
    auto plain = crypto::unwrap(key, as_bytes(context_of(gallery, person, key_id)), sealed);
    if (!plain) return damaged();
    ByteReader read(plain->view());
    PersonSecret secret;
    auto version = read.u8();
    secret.label = as_text(read.take(read.u16()));
    secret.reason = as_text(read.take(read.u16()));
    secret.dimensions = read.u16();
    std::size_t count = read.u16();
    if (!read.ok() || version != kVersion || secret.dimensions != dimensions || dimensions == 0 ||
        read.remaining() != count * dimensions * 4) {
        return damaged();
    }
    std::vector<float> numbers(dimensions);
    for (; count > 0; --count) {
        for (auto& number : numbers) number = std::bit_cast<float>(read.u32());
        auto unit = Query::from(numbers, dimensions);
        ::explicit_bzero(numbers.data(), numbers.size() * sizeof(float));
        if (!unit) return damaged();
        secret.templates.push_back(*std::move(unit));
    }
    return secret;
}

}  // namespace proviso::recognise
