#include "sound_weaver.h"

namespace proviso::record {

namespace {

/// Some ten seconds of the shortest packets: sound whose pictures never come.
constexpr std::size_t kMostHeard = 1000;

}  // namespace

void SoundWeaver::hear(media::SoundPtr sound) {
    if (heard_.size() == kMostHeard) heard_.pop_front();
    heard_.push_back(std::move(sound));
    while (complete()) release();
}

/// All sound of the oldest fragment is there.
bool SoundWeaver::complete() const {
    return !waiting_.empty() && !heard_.empty() &&
           heard_.back()->pts + heard_.back()->duration >= waiting_.front().fragment.to;
}

void SoundWeaver::add(Fragment fragment, MonoTime now) {
    if (fragment.start) newest_ = fragment.start->sound;
    if (!newest_) {
        drain();
        heard_.clear();
        return sink_(std::move(fragment));
    }
    waiting_.push_back({std::move(fragment), now});
    while (complete()) release();
}

void SoundWeaver::tick(MonoTime now) {
    while (!waiting_.empty() && now - waiting_.front().since > kPatience) release();
}

void SoundWeaver::drain() {
    while (!waiting_.empty()) release();
}

void SoundWeaver::release() {
    auto fragment = std::move(waiting_.front().fragment);
    waiting_.pop_front();
    if (fragment.start) format_ = fragment.start->sound;
    while (!heard_.empty() && heard_.front()->pts < fragment.to) {
        auto sound = std::move(heard_.front());
        heard_.pop_front();
        // What belongs to pictures already written, or to another segment, comes too late.
        if (sound->pts < fragment.from || *sound->format != *format_) continue;
        if (!fragment.sound.empty()) {
            const auto apart = sound->pts - fragment.sound.back()->pts;
            fragment.sound_samples.back().duration = static_cast<std::uint32_t>(apart);
        }
        fragment.sound_samples.push_back(
            {static_cast<std::uint32_t>(sound->data.size()),
             static_cast<std::uint32_t>(sound->duration)}
        );
        fragment.bytes += sound->data.size();
        fragment.sound.push_back(std::move(sound));
    }
    // Where sound goes on in the next fragment, nothing is between.
    if (!fragment.sound.empty() && !heard_.empty()) {
        auto& last = fragment.sound_samples.back().duration;
        const auto apart = heard_.front()->pts - fragment.sound.back()->pts;
        if (apart > 0 && apart < 2 * std::int64_t{last}) last = static_cast<std::uint32_t>(apart);
    }
    sink_(std::move(fragment));
}

}  // namespace proviso::record
