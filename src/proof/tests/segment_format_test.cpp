#include <functional>
#include <set>

#include <gtest/gtest.h>

#include <proviso/proof/merkle.h>
#include <proviso/proof/segment_format.h>

namespace proviso::proof {
namespace {

const Bytes kKey(32, 0x42);

SegmentHeader example_header() {
    return {
        .segment = SegmentId::parse("000102030405060708090a0b0c0d0e0f").value(),
        .camera = "gate-1",
        .stream = "main",
        .key_id = "gate-1/2026-11-22/0a0b0c0d",
        .boot_id = "5f0e7f0c-boot",
        .wall_start = parse_timestamp("2026-11-22T13:05:07.250000Z").value(),
        .mono_start_us = 77,
        .decision = "12"};
}

/// A recording file, and what a reader of it finds.
Bytes write_segment(const SegmentHeader& segment, const std::vector<std::string>& fragments) {
    auto file = encode(segment);
    auto chain = crypto::sha256(file);
    for (std::uint32_t index = 0; index < fragments.size(); ++index) {
        auto secret = fragment_secret(kKey, segment, index);
        FragmentHeader header;
        header.index = index;
        header.sealed_size =
            static_cast<std::uint32_t>(fragments[index].size() + crypto::kAeadTagSize);
        header.init = index == 0;
        header.key_frame = index == 1;
        header.base_decode_time = index * 45'000ULL;
        header.duration = index == 0 ? 0 : 45'000;
        header.wall_start_us = 1'000'000LL + index;
        header.commitment = commitment_of(secret.view());
        auto bytes = encode(header);
        std::array<ByteView, 1> pieces{as_bytes(fragments[index])};
        Bytes sealed(header.sealed_size);
        EXPECT_TRUE(seal_fragment(secret.view(), bytes, chain, pieces, sealed));
        file.insert(file.end(), bytes.begin(), bytes.end());
        file.insert(file.end(), sealed.begin(), sealed.end());
        chain = crypto::sha256(bytes);
    }
    return file;
}

struct ReadBack {
    std::vector<std::string> fragments;
    std::vector<Digest> leaves;
};

/// Opens all of a file with the key it ought to have; stops with an error at the first oddity.
Result<ReadBack> read_segment(ByteView file) {
    auto head = PROVISO_TRY(decode_segment_header(file));
    auto chain = crypto::sha256(file.first(head.size));
    file = file.subspan(head.size);
    ReadBack read;
    for (std::uint32_t index = 0; !file.empty(); ++index) {
        auto header = PROVISO_TRY(decode_fragment_header(file));
        FragmentHeaderBytes bytes{};
        std::copy_n(file.begin(), bytes.size(), bytes.begin());
        file = file.subspan(bytes.size());
        if (header.index != index || header.sealed_size > file.size() ||
            header.sealed_size < crypto::kAeadTagSize) {
            return Error(ErrorKind::Corrupt, "order or size");
        }
        auto sealed = file.first(header.sealed_size);
        file = file.subspan(header.sealed_size);
        auto secret = fragment_secret(kKey, head.header, index);
        std::string plain(sealed.size() - crypto::kAeadTagSize, '\0');
        MutableByteView room(reinterpret_cast<std::uint8_t*>(plain.data()), plain.size());
        PROVISO_TRY(open_fragment(secret.view(), bytes, chain, sealed, room));
        read.fragments.push_back(plain);
        read.leaves.push_back(fragment_leaf(bytes, sealed));
        chain = crypto::sha256(bytes);
    }
    return read;
}

const std::vector<std::string> kFragments{"init segment", "first half second", "second half", ""};

TEST(SegmentFormat, ComesBackAsItWentIn) {
    auto file = write_segment(example_header(), kFragments);
    EXPECT_EQ(read_segment(file).value().fragments, kFragments);
    auto decoded = decode_segment_header(file).value();
    EXPECT_EQ(decoded.header, example_header());
    EXPECT_EQ(encode(decoded.header).size(), decoded.size);
}

TEST(SegmentFormat, NeverChangesItsBytes) {
    // If this fails, recordings made by released versions no longer open.
    auto file = write_segment(example_header(), kFragments);
    EXPECT_EQ(
        to_hex(crypto::sha256(file)),
        "e8d69330e42a5ed7409508004a282323e5af01cbd638aea0d39c62e6c266ad71"
    );
}

TEST(SegmentFormat, NoticesEveryFlippedBit) {
    auto file = write_segment(example_header(), kFragments);
    auto root = tree_root(read_segment(file).value().leaves);
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        file[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        auto read = read_segment(file);
        ASSERT_FALSE(read && tree_root(read->leaves) == root) << "bit " << bit;
        ASSERT_FALSE(read) << "opened although bit " << bit << " changed";
        file[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
    EXPECT_TRUE(read_segment(file));
}

/// One fragment of `file` as {header, sealed}, by its place.
std::vector<Bytes> frames_of(ByteView file) {
    file = file.subspan(decode_segment_header(file).value().size);
    std::vector<Bytes> frames;
    while (!file.empty()) {
        auto size = kFragmentHeaderSize + decode_fragment_header(file).value().sealed_size;
        frames.emplace_back(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
        file = file.subspan(size);
    }
    return frames;
}

Bytes joined(const SegmentHeader& header, const std::vector<Bytes>& frames) {
    auto file = encode(header);
    for (const auto& frame : frames) file.insert(file.end(), frame.begin(), frame.end());
    return file;
}

TEST(SegmentFormat, NoticesSwappedDroppedRepeatedAndBorrowedFragments) {
    auto header = example_header();
    auto frames = frames_of(write_segment(header, kFragments));
    auto swapped = frames;
    std::swap(swapped[1], swapped[2]);
    EXPECT_FALSE(read_segment(joined(header, swapped)));
    auto dropped = frames;
    dropped.erase(dropped.begin() + 2);
    EXPECT_FALSE(read_segment(joined(header, dropped)));
    auto repeated = frames;
    repeated.insert(repeated.begin() + 2, frames[1]);
    EXPECT_FALSE(read_segment(joined(header, repeated)));
    auto other = header;
    other.segment = SegmentId::parse("ffffffffffffffffffffffffffffffff").value();
    auto borrowed = frames;
    borrowed[2] = frames_of(write_segment(other, kFragments))[2];
    EXPECT_FALSE(read_segment(joined(header, borrowed)));
    EXPECT_FALSE(read_segment(joined(other, frames))) << "moved to another segment";
    EXPECT_TRUE(read_segment(joined(header, frames)));
}

TEST(SegmentFormat, ShowsADroppedTailInTheRoot) {
    auto file = write_segment(example_header(), kFragments);
    auto frames = frames_of(file);
    frames.pop_back();
    auto shorter = read_segment(joined(example_header(), frames)).value();
    EXPECT_NE(tree_root(shorter.leaves), tree_root(read_segment(file).value().leaves));
}

TEST(SegmentFormat, KeepsEverythingBeforeATornTail) {
    auto header = example_header();
    auto file = write_segment(header, kFragments);
    auto frames = frames_of(file);
    auto start_of_last = file.size() - frames.back().size();
    for (auto size = start_of_last + 1; size < file.size(); ++size) {
        auto torn = ByteView(file).first(size);
        ASSERT_FALSE(read_segment(torn)) << size;
        ASSERT_EQ(read_segment(torn.first(start_of_last)).value().fragments.size(), 3U);
    }
}

TEST(SegmentFormat, BindsAFragmentToOneSecret) {
    auto header = example_header();
    auto frames = frames_of(write_segment(header, kFragments));
    FragmentHeaderBytes bytes{};
    std::copy_n(frames[1].begin(), bytes.size(), bytes.begin());
    auto wrong = fragment_secret(kKey, header, 2);
    Bytes out(kFragments[1].size() + crypto::kAeadTagSize);
    std::array<ByteView, 1> pieces{as_bytes(kFragments[1])};
    auto refused = seal_fragment(wrong.view(), bytes, Digest{}, pieces, out);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("another key"), std::string::npos);
}

TEST(SegmentFormat, HasAnotherSecretForEveryPlace) {
    std::set<Bytes> seen;
    auto add = [&](const SegmentHeader& header, std::uint32_t index, ByteView key) {
        auto secret = fragment_secret(key, header, index);
        seen.emplace(secret.view().begin(), secret.view().end());
    };
    auto header = example_header();
    for (std::uint32_t index = 0; index < 100; ++index) add(header, index, kKey);
    std::vector<std::function<void(SegmentHeader&)>> changes{
        [](auto& h) { h.segment = SegmentId(); },
        [](auto& h) { h.camera = "gate-2"; },
        [](auto& h) { h.stream = "sub"; },
        [](auto& h) { h.key_id = "other"; },
        [](auto& h) {  // the same letters, cut elsewhere
            h.camera = "gate-1m";
            h.stream = "ain";
        }};
    for (const auto& change : changes) {
        auto changed = header;
        change(changed);
        add(changed, 0, kKey);
    }
    add(header, 0, Bytes(32, 0x43));
    EXPECT_EQ(seen.size(), 106U);
}

TEST(SegmentFormat, UsesAnotherKeyWhenTheHeaderDiffersEvenAtTheSamePlace) {
    // A writer that wrongly repeats an index must not repeat a nonce.
    auto secret = fragment_secret(kKey, example_header(), 0);
    FragmentHeader header;
    header.sealed_size = 4 + crypto::kAeadTagSize;
    header.commitment = commitment_of(secret.view());
    std::array<ByteView, 1> pieces{as_bytes("same")};
    Bytes one(header.sealed_size);
    Bytes two(header.sealed_size);
    ASSERT_TRUE(seal_fragment(secret.view(), encode(header), Digest{}, pieces, one));
    header.wall_start_us = 1;
    ASSERT_TRUE(seal_fragment(secret.view(), encode(header), Digest{}, pieces, two));
    EXPECT_FALSE(std::equal(one.begin(), one.begin() + 4, two.begin()));
}

TEST(SegmentFormat, RefusesHeadersItWouldNotWrite) {
    auto good = encode(example_header());
    for (std::size_t size = 0; size < good.size(); ++size) {
        ASSERT_FALSE(decode_segment_header(ByteView(good).first(size)));
    }
    EXPECT_FALSE(decode_segment_header(Bytes(64, 0xff)));
    EXPECT_FALSE(decode_fragment_header(Bytes(kFragmentHeaderSize - 1)));
    EXPECT_FALSE(decode_fragment_header(Bytes(kFragmentHeaderSize)));
}

}  // namespace
}  // namespace proviso::proof
