#pragma once

#include <deque>
#include <functional>

#include "segmenter.h"

namespace proviso::record {

/// Puts sound beside the pictures it was heard with: a fragment with a sound track waits a little
/// for its sound, which arrives later than its pictures do, and each stretch of sound is in the
/// fragment in which it begins. Fragments of segments without sound pass at once. Pure: no clock,
/// no file, no thread. Not thread-safe.
class SoundWeaver {
public:
    /// A fragment waits at most this long for its sound.
    static constexpr milliseconds kPatience{200};

    explicit SoundWeaver(std::function<void(Fragment)> sink) : sink_(std::move(sink)) {}

    /// Sound that has arrived.
    void hear(media::SoundPtr sound);
    /// A fragment whose last picture arrived at `now`.
    void add(Fragment fragment, MonoTime now);
    /// Gives up on what has been waited for long enough.
    void tick(MonoTime now);
    /// Hands on what waits, with the sound that is there.
    void drain();

    /// Sound not yet in a fragment will not be in one.
    void forget_sound() { heard_.clear(); }

private:
    struct Waiting {
        Fragment fragment;
        MonoTime since;
    };

    bool complete() const;
    void release();

    std::function<void(Fragment)> sink_;
    std::shared_ptr<const media::SoundParameters> format_;  ///< of the segment last handed on
    std::shared_ptr<const media::SoundParameters> newest_;  ///< of the segment last begun
    std::deque<media::SoundPtr> heard_;
    std::deque<Waiting> waiting_;  ///< in their order; a few short ones at most
};

}  // namespace proviso::record
