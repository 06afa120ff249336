#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <proviso/crypto/encode.h>
#include <proviso/proof/checkpoint.h>

namespace proviso::proof {

namespace {

// C2SP signed-note: the signature type of plain Ed25519.
constexpr std::uint8_t kEd25519 = 1;
constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash, space
constexpr std::size_t kMostNoteBytes = 4096;
constexpr std::size_t kMostOriginBytes = 255;

using KeyId = std::array<std::uint8_t, 4>;

bool is_origin(std::string_view origin) {
    return !origin.empty() && origin.size() <= kMostOriginBytes &&
           std::all_of(origin.begin(), origin.end(), [](char c) {
               return c > ' ' && c < 0x7f && c != '+';
           });
}

KeyId key_id(std::string_view origin, const crypto::PublicKey& key) {
    static constexpr std::array<std::uint8_t, 2> kBetween{'\n', kEd25519};
    auto digest = crypto::Sha256().update(as_bytes(origin)).update(kBetween).update(key).finish();
    return {digest[0], digest[1], digest[2], digest[3]};
}

std::string body_of(const Checkpoint& checkpoint) {
    return fmt::format(
        "{}\n{}\n{}\n", checkpoint.origin, checkpoint.size, crypto::to_base64(checkpoint.root)
    );
}

std::string signature_line(
    const Checkpoint& checkpoint, const crypto::PublicKey& key, const crypto::Signature& signature
) {
    Bytes blob;
    ByteWriter(blob).bytes(key_id(checkpoint.origin, key)).bytes(signature);
    return fmt::format("\n{}{} {}\n", kDash, checkpoint.origin, crypto::to_base64(blob));
}

/// What stands before `end`, and moves behind it.
Result<std::string_view> take_until(std::string_view& text, std::string_view end) {
    auto at = text.find(end);
    if (at == std::string_view::npos) {
        return Error(ErrorKind::Corrupt, "the checkpoint is cut off or has an unknown form");
    }
    auto taken = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return taken;
}

template <std::size_t N>
Result<std::array<std::uint8_t, N>> take_base64(std::string_view text) {
    auto bytes = crypto::from_base64(text);
    if (!bytes || bytes->size() != N) {
        return Error(ErrorKind::Corrupt, "the checkpoint holds a field that is no base64");
    }
    std::array<std::uint8_t, N> fixed{};
    std::copy(bytes->begin(), bytes->end(), fixed.begin());
    return fixed;
}

}  // namespace

std::string sign(const Checkpoint& checkpoint, const crypto::SigningKey& key) {
    auto body = body_of(checkpoint);
    return body + signature_line(checkpoint, key.public_key(), key.sign(as_bytes(body)));
}

Result<Checkpoint> open_checkpoint(std::string_view note, const crypto::PublicKey& key) {
    if (note.size() > kMostNoteBytes) {
        return Error(ErrorKind::TooLarge, "the checkpoint is over 4096 bytes");
    }
    auto rest = note;
    Checkpoint checkpoint;
    checkpoint.origin = PROVISO_TRY(take_until(rest, "\n"));
    auto size = PROVISO_TRY(take_until(rest, "\n"));
    auto parsed = std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
    if (parsed.ec != std::errc() || parsed.ptr != size.data() + size.size()) {
        return Error(ErrorKind::Corrupt, "the checkpoint's size is no number");
    }
    checkpoint.root = PROVISO_TRY(take_base64<32>(PROVISO_TRY(take_until(rest, "\n"))));
    PROVISO_TRY(take_until(rest, kDash));
    PROVISO_TRY(take_until(rest, " "));
    auto blob = PROVISO_TRY(take_base64<68>(PROVISO_TRY(take_until(rest, "\n"))));
    crypto::Signature signature{};
    std::copy(blob.begin() + 4, blob.end(), signature.begin());
    // Writing it again checks every byte that was skipped above, the key id among them.
    auto body = body_of(checkpoint);
    if (!is_origin(checkpoint.origin) ||
        body + signature_line(checkpoint, key, signature) != note) {
        return Error(
            ErrorKind::Corrupt, "the checkpoint is not in the form in which this key signs"
        );
    }
    if (!crypto::verify(key, as_bytes(body), signature)) {
        return Error(ErrorKind::Corrupt, "the checkpoint's signature does not verify");
    }
    return checkpoint;
}

std::string verifier_key(std::string_view origin, const crypto::PublicKey& key) {
    Bytes typed{kEd25519};
    typed.insert(typed.end(), key.begin(), key.end());
    return fmt::format("{}+{}+{}", origin, to_hex(key_id(origin, key)), crypto::to_base64(typed));
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
    auto malformed = [] {
        return invalid_input(
            "not a verifier key", "it looks like origin+1a2b3c4d+AbCd...: copy the whole line"
        );
    };
    auto first = text.find('+');
    auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return malformed();
    auto typed = crypto::from_base64(text.substr(second + 1));
    if (!typed || typed->size() != 33 || typed->front() != kEd25519) return malformed();
    VerifierKey key;
    key.origin = text.substr(0, first);
    std::copy(typed->begin() + 1, typed->end(), key.key.begin());
    if (!is_origin(key.origin) || verifier_key(key.origin, key.key) != text) return malformed();
    return key;
}

}  // namespace proviso::proof
