#include <algorithm>

#include <proviso/proof/merkle.h>
#include <proviso/proof/segment_format.h>

#include "crc32.h"

namespace proviso::proof {

namespace {

// Offsets in the header; docs/design/segment-format.md has the table.
constexpr std::string_view kMagic = "PVFR\x01";
constexpr std::uint8_t kInit = 1;
constexpr std::uint8_t kKeyFrame = 2;
constexpr std::size_t kReserved = 24;
constexpr std::size_t kCrcAt = kFragmentHeaderSize - 4;

/// A text that cannot run into its neighbour.
void put_text(ByteWriter& write, std::string_view text) {
    write.u32(static_cast<std::uint32_t>(text.size())).text(text);
}

using Associated = std::array<std::uint8_t, kFragmentHeaderSize + sizeof(Digest)>;

Associated associated_data(const FragmentHeaderBytes& header, const Digest& chain) {
    Associated bytes{};
    std::copy(header.begin(), header.end(), bytes.begin());
    std::copy(chain.begin(), chain.end(), bytes.begin() + kFragmentHeaderSize);
    return bytes;
}

struct KeyAndNonce {
    crypto::SecretBytes key{crypto::kAeadKeySize};
    crypto::Nonce nonce{};
};

/// Key and nonce of the one message a fragment is. The header and all before it go in, so even a
/// writer that wrongly used an index twice would encrypt under another key.
KeyAndNonce derive(ByteView fragment_secret, const Associated& associated) {
    static constexpr std::string_view kName = "proviso fragment key v1";
    Bytes info;
    ByteWriter(info).text(kName).bytes(associated);
    crypto::SecretBytes both(crypto::kAeadKeySize + crypto::kAeadNonceSize);
    crypto::hkdf_sha256(fragment_secret, {}, info, both.mutable_view());
    KeyAndNonce derived;
    auto key = both.view().first(crypto::kAeadKeySize);
    auto nonce = both.view().subspan(crypto::kAeadKeySize);
    std::copy(key.begin(), key.end(), derived.key.mutable_view().begin());
    std::copy(nonce.begin(), nonce.end(), derived.nonce.begin());
    return derived;
}

/// The header must be whole, of this size, and committed to this secret. AES-GCM alone lets one
/// ciphertext open under two keys to two pictures; the commitment does not.
Result<> check(ByteView secret, const FragmentHeaderBytes& header, std::size_t sealed_size) {
    auto decoded = PROVISO_TRY(decode_fragment_header(header));
    if (decoded.sealed_size != sealed_size) {
        return Error(ErrorKind::Corrupt, "the fragment has another size than its header says");
    }
    if (decoded.commitment != commitment_of(secret)) {
        return Error(ErrorKind::Corrupt, "the fragment is committed to another key");
    }
    return {};
}

}  // namespace

FragmentHeaderBytes encode(const FragmentHeader& header) {
    Bytes bytes;
    bytes.reserve(kFragmentHeaderSize);
    ByteWriter write(bytes);
    auto flags =
        static_cast<std::uint8_t>((header.init ? kInit : 0) | (header.key_frame ? kKeyFrame : 0));
    write.text(kMagic).u8(flags).u16(0).u32(header.index).u32(header.sealed_size);
    write.u64(header.base_decode_time).u32(header.duration);
    write.u64(static_cast<std::uint64_t>(header.wall_start_us)).bytes(header.commitment);
    write.bytes(std::array<std::uint8_t, kReserved>{}).u32(crc32(bytes));
    FragmentHeaderBytes fixed{};
    std::copy(bytes.begin(), bytes.end(), fixed.begin());
    return fixed;
}

Result<FragmentHeader> decode_fragment_header(ByteView bytes) {
    auto corrupt = [](std::string_view why) {
        return Error(ErrorKind::Corrupt, "not the header of a fragment: " + std::string(why));
    };
    if (bytes.size() < kFragmentHeaderSize) return corrupt("cut off");
    bytes = bytes.first(kFragmentHeaderSize);
    if (ByteReader(bytes.subspan(kCrcAt)).u32() != crc32(bytes.first(kCrcAt))) {
        return corrupt("wrong check sum");
    }
    ByteReader read(bytes);
    read.skip(kMagic.size());
    FragmentHeader header;
    auto flags = read.u8();
    header.init = (flags & kInit) != 0;
    header.key_frame = (flags & kKeyFrame) != 0;
    read.skip(2);
    header.index = read.u32();
    header.sealed_size = read.u32();
    header.base_decode_time = read.u64();
    header.duration = read.u32();
    header.wall_start_us = static_cast<std::int64_t>(read.u64());
    auto commitment = read.take(header.commitment.size());
    std::copy(commitment.begin(), commitment.end(), header.commitment.begin());
    // Writing it again checks the magic, the unused flags and the reserved bytes.
    if (!std::ranges::equal(encode(header), bytes)) return corrupt("unknown version or fields");
    return header;
}

crypto::SecretBytes fragment_secret(
    ByteView camera_day_key, const SegmentHeader& segment, std::uint32_t index
) {
    Bytes info;
    ByteWriter write(info);
    put_text(write, "proviso fragment secret v1");
    put_text(write, segment.camera);
    put_text(write, segment.stream);
    put_text(write, segment.key_id);
    write.u32(index);
    crypto::SecretBytes secret(32);
    crypto::hkdf_sha256(camera_day_key, segment.segment.bytes(), info, secret.mutable_view());
    return secret;
}

Digest commitment_of(ByteView fragment_secret) {
    Digest commitment{};
    crypto::hkdf_sha256(
        fragment_secret, {}, as_bytes("proviso fragment commitment v1"), commitment
    );
    return commitment;
}

Result<> seal_fragment(
    ByteView fragment_secret,
    const FragmentHeaderBytes& header,
    const Digest& chain,
    std::span<const ByteView> pieces,
    MutableByteView out
) {
    PROVISO_TRY(check(fragment_secret, header, out.size()));
    auto associated = associated_data(header, chain);
    auto derived = derive(fragment_secret, associated);
    return crypto::seal(derived.key.view(), derived.nonce, associated, pieces, out);
}

Result<> open_fragment(
    ByteView fragment_secret,
    const FragmentHeaderBytes& header,
    const Digest& chain,
    ByteView sealed,
    MutableByteView out
) {
    PROVISO_TRY(check(fragment_secret, header, sealed.size()));
    auto associated = associated_data(header, chain);
    auto derived = derive(fragment_secret, associated);
    return crypto::open(derived.key.view(), derived.nonce, associated, sealed, out);
}

Digest fragment_leaf(const FragmentHeaderBytes& header, ByteView sealed) {
    static constexpr std::array<std::uint8_t, 1> kLeaf{0};
    thread_local crypto::Sha256 hash;
    return hash.update(kLeaf).update(header).update(sealed).finish();
}

}  // namespace proviso::proof
