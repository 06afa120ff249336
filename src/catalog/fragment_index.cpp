#include <limits>

#include <proviso/base/bytes.h>
#include <proviso/catalog/catalog.h>

namespace proviso::catalog {

namespace {

constexpr std::uint8_t kVersion = 1;

// Per fragment one byte of flags, its size, and of the rest only what was not foreseeable.
constexpr unsigned kKeyFrame = 1U;
constexpr unsigned kOffset = 2U;
constexpr unsigned kDecodeTime = 4U;
constexpr unsigned kDuration = 8U;
constexpr unsigned kWall = 16U;
constexpr unsigned kAllFlags = 31U;

constexpr std::uint64_t kHeaderSize = 96;  // of a fragment: only a guess of where the next begins

/// What the next fragment would be if nothing unforeseen happened.
IndexedFragment after(const IndexedFragment& last) {
    IndexedFragment next;
    next.offset = last.offset + last.sealed_size + kHeaderSize;
    next.base_decode_time = last.base_decode_time + last.duration;
    next.duration = last.duration;
    auto microseconds = (std::uint64_t{last.duration} * 100 + 4) / 9;
    next.wall_start_us =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(last.wall_start_us) + microseconds);
    return next;
}

std::uint64_t zigzag(std::uint64_t difference) {
    return (difference << 1U) ^ (std::uint64_t{0} - (difference >> 63U));
}

std::uint64_t unzigzag(std::uint64_t value) {
    return (value >> 1U) ^ (std::uint64_t{0} - (value & 1U));
}

void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7U) out.push_back(static_cast<char>(value | 0x80U));
    out.push_back(static_cast<char>(value));
}

class Unpacker {
public:
    explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

    std::size_t left() const { return bytes_.size(); }

    bool ok() const { return ok_; }

    void fail() { ok_ = false; }

    unsigned byte() {
        if (bytes_.empty()) {
            fail();
            return 0;
        }
        auto value = static_cast<std::uint8_t>(bytes_.front());
        bytes_.remove_prefix(1);
        return value;
    }

    /// Only the shortest form of a number is accepted.
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            auto next = byte();
            if (shift == 63 && next > 1) break;
            value |= std::uint64_t{next & 0x7FU} << shift;
            if (next < 0x80U) {
                if (next == 0 && shift != 0) break;
                return value;
            }
        }
        fail();
        return 0;
    }

    /// A difference that is written only if there is one.
    std::uint64_t difference(bool written) {
        if (!written) return 0;
        auto value = varint();
        if (value == 0) fail();
        return unzigzag(value);
    }

private:
    std::string_view bytes_;
    bool ok_ = true;
};

IndexedFragment next_fragment(Unpacker& in, const IndexedFragment& foreseen) {
    auto flags = in.byte();
    if ((flags & ~kAllFlags) != 0) in.fail();
    auto fragment = foreseen;
    auto size = in.varint();
    fragment.offset += in.difference((flags & kOffset) != 0);
    fragment.base_decode_time += in.difference((flags & kDecodeTime) != 0);
    auto duration = foreseen.duration + in.difference((flags & kDuration) != 0);
    fragment.wall_start_us = static_cast<std::int64_t>(
        static_cast<std::uint64_t>(foreseen.wall_start_us) + in.difference((flags & kWall) != 0)
    );
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (size > kMost || duration > kMost) in.fail();
    fragment.sealed_size = static_cast<std::uint32_t>(size);
    fragment.duration = static_cast<std::uint32_t>(duration);
    fragment.key_frame = (flags & kKeyFrame) != 0;
    return fragment;
}

}  // namespace

std::string pack_index(const std::vector<IndexedFragment>& fragments) {
    std::string out;
    out.reserve(16 + fragments.size() * 7);
    out.push_back(static_cast<char>(kVersion));
    put_varint(out, fragments.size());
    IndexedFragment foreseen;
    for (const auto& fragment : fragments) {
        auto offset = fragment.offset - foreseen.offset;
        auto decode_time = fragment.base_decode_time - foreseen.base_decode_time;
        auto duration = std::uint64_t{fragment.duration} - foreseen.duration;
        auto wall = static_cast<std::uint64_t>(fragment.wall_start_us) -
                    static_cast<std::uint64_t>(foreseen.wall_start_us);
        unsigned flags = fragment.key_frame ? kKeyFrame : 0U;
        if (offset != 0) flags |= kOffset;
        if (decode_time != 0) flags |= kDecodeTime;
        if (duration != 0) flags |= kDuration;
        if (wall != 0) flags |= kWall;
        out.push_back(static_cast<char>(flags));
        put_varint(out, fragment.sealed_size);
        for (auto difference : {offset, decode_time, duration, wall}) {
            if (difference != 0) put_varint(out, zigzag(difference));
        }
        foreseen = after(fragment);
    }
    return out;
}

Result<std::vector<IndexedFragment>> unpack_index(std::string_view packed) {
    Unpacker in(packed);
    auto version = in.byte();
    auto count = in.varint();
    std::vector<IndexedFragment> fragments;
    // A fragment takes two bytes at least: a wrong count cannot ask for memory.
    if (in.ok() && version == kVersion && count <= in.left() / 2) {
        fragments.reserve(count);
        IndexedFragment foreseen;
        while (in.ok() && fragments.size() < count) {
            fragments.push_back(next_fragment(in, foreseen));
            foreseen = after(fragments.back());
        }
        if (in.ok() && in.left() == 0) return fragments;
    }
    return Error(
        ErrorKind::Corrupt, "the fragment index of a segment is damaged", "run 'proviso rebuild'"
    );
}

}  // namespace proviso::catalog
