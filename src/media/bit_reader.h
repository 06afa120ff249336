#pragma once

#include <proviso/base/bytes.h>

namespace proviso::media {

/// Reads bit fields and never past the end: afterwards every read gives zero and ok() is false.
class BitReader {
public:
    explicit BitReader(ByteView bytes) : bytes_(bytes) {}

    bool ok() const { return ok_; }

    std::uint32_t bit() { return bits(1); }

    bool flag() { return bits(1) != 0; }

    /// u(n), n <= 32.
    std::uint32_t bits(unsigned count) {
        std::uint32_t value = 0;
        for (; count > 0; --count) {
            if (position_ >= bytes_.size() * 8) {
                ok_ = false;
                return 0;
            }
            value = value << 1U | (bytes_[position_ / 8] >> (7 - position_ % 8) & 1U);
            ++position_;
        }
        return value;
    }

    void skip(std::size_t count) {
        if (count > bytes_.size() * 8 - position_) {
            ok_ = false;
            count = bytes_.size() * 8 - position_;
        }
        position_ += count;
    }

    /// ue(v): Exp-Golomb, clause 9.1 of H.264; over 32 bits is not ok.
    std::uint32_t ue() {
        unsigned zeros = 0;
        while (ok_ && bits(1) == 0 && ok_) {
            if (++zeros > 31) {
                ok_ = false;
                return 0;
            }
        }
        if (!ok_) return 0;
        return (1U << zeros) - 1U + bits(zeros);
    }

    /// ue(v) that must not exceed `most`.
    std::uint32_t ue_at_most(std::uint32_t most) {
        auto value = ue();
        if (value > most) ok_ = false;
        return ok_ ? value : 0;
    }

    /// se(v)
    std::int32_t se() {
        auto code = ue();
        auto half = static_cast<std::int32_t>(code / 2 + code % 2);
        return code % 2 != 0 ? half : -half;
    }

private:
    ByteView bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

}  // namespace proviso::media
