#include "packet_watch.h"

#include <algorithm>
#include <cmath>

namespace proviso::vision {
namespace {

constexpr int kLearn = 12;             // packets of a place before it is judged
constexpr double kRate = 1.0 / 48;     // of learning
constexpr double kLeastSpread = 0.06;  // of the logarithm: 6 %
constexpr double kJump = 6;            // deviations of one packet that wake
constexpr double kRise = 12;           // deviations summed over packets that wake
constexpr double kSlack = 1.5;         // deviations that count as usual in the sum
constexpr double kMostPatience = 4;

}  // namespace

bool PacketWatch::take(std::size_t bytes, std::size_t place) {
    auto& usual = usual_.at(std::min(place, usual_.size() - 1));
    auto size = std::log(static_cast<double>(bytes) + 64);
    if (usual.seen == 0) {
        usual.mean = size;
        usual.spread = 0.3;
    }
    auto away = size - usual.mean;
    auto units = away / std::max(usual.spread, kLeastSpread);
    auto learning = usual.seen < kLearn;
    // What stands out teaches little, so that a long visit does not become usual at once.
    auto rate = learning ? 1.0 / (usual.seen + 2) : units > 3 ? kRate / 8 : kRate;
    usual.mean += rate * away;
    usual.spread += rate * (std::abs(away) - usual.spread);
    ++usual.seen;
    patience_ = std::max(1.0, patience_ * 0.9995);
    if (learning) return false;
    rise_ = std::max(0.0, rise_ + std::min(units, kJump) - kSlack);
    if (units < kJump * patience_ && rise_ < kRise * patience_) return false;
    rise_ = 0;
    return true;
}

void PacketWatch::judge(bool moved) {
    rise_ = 0;
    if (!moved) patience_ = std::min(kMostPatience, patience_ * 1.3);
}

void PacketWatch::forget() { *this = PacketWatch(); }

}  // namespace proviso::vision
