#include "look_queue.h"

namespace proviso::vision {

void LookQueue::push(media::PacketPtr packet) {
    bytes_ += packet->data.size();
    packets_.push_back(std::move(packet));
    if (bytes_ <= limits_.most_bytes && packets_.size() <= limits_.most_packets) return;
    if (skip_to_newest_key()) return;
    while (!packets_.empty()) drop_front();
}

media::PacketPtr LookQueue::pop(MonoTime now) {
    if (!packets_.empty() && now - packets_.front()->mono > limits_.most_age) {
        skip_to_newest_key();
    }
    // Without what came before, only a key frame can be decoded.
    while (broken_ && !packets_.empty() && !packets_.front()->key_frame) drop_front();
    if (packets_.empty()) return nullptr;
    auto packet = std::move(packets_.front());
    packets_.pop_front();
    bytes_ -= packet->data.size();
    if (std::exchange(broken_, false) && !packet->discontinuity) {
        auto marked = std::make_shared<media::Packet>(*packet);
        marked->discontinuity = true;
        packet = std::move(marked);
    }
    return packet;
}

void LookQueue::drop_front() {
    bytes_ -= packets_.front()->data.size();
    packets_.pop_front();
    ++shed_;
    broken_ = true;
}

bool LookQueue::skip_to_newest_key() {
    std::size_t newest = 0;
    for (std::size_t i = packets_.size(); i-- > 1;) {
        if (!packets_[i]->key_frame) continue;
        newest = i;
        break;
    }
    for (std::size_t i = 0; i < newest; ++i) drop_front();
    return newest > 0;
}

}  // namespace proviso::vision
