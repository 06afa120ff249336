#pragma once

#include <array>
#include <cstddef>

namespace proviso::vision {

/// Judges from packet sizes alone whether something may have begun to move: the size of predicted
/// pictures is what the encoder could not foretell. Learns mean and spread of the logarithm of the
/// size for each place after the key frame (rate control saves there); a jump or a lasting rise
/// (CUSUM) wakes. A wake in vain makes it slower to wake next time.
///
/// A camera that fills a constant bit rate with its noise tells nothing here; then the next key
/// frame does.
class PacketWatch {
public:
    /// Takes the size of a packet that is not a key frame, `place` packets after one; true: look.
    bool take(std::size_t bytes, std::size_t place);

    /// What a look after a wake found.
    void judge(bool moved);

    /// New parameters or a jump in the stream: begin to learn again.
    void forget();

private:
    struct Usual {
        double mean = 0;
        double spread = 0;  // mean absolute deviation
        int seen = 0;
    };

    std::array<Usual, 64> usual_{};  // by place; the last for all further ones
    double rise_ = 0;                // CUSUM of normalised excess
    double patience_ = 1;
};

}  // namespace proviso::vision
