#pragma once

#include <proviso/proof/bundle.h>

namespace proviso::proof {

/// Offsets in a fragment.
struct ClockPlace {
    std::size_t sequence = 0;
    std::size_t base_decode_time = 0;
    std::size_t sound_base = 0;  ///< of the second track's decode time; 0 if there is none
    std::size_t payload = 0;     ///< the content of mdat
};

/// Corrupt unless `bytes` are moof { mfhd traf } mdat or moof { mfhd traf traf } mdat, nothing
/// else; each traf { tfhd tfdt(version 1) ... }.
Result<ClockPlace> find_clock(ByteView bytes);

/// `fragment` may end at the payload.
FragmentClock clock_at(ByteView fragment, const ClockPlace& at);
/// The second track keeps its distance from the first, so that putting the old clock back gives
/// the old bytes back.
void put_clock(MutableByteView fragment, const ClockPlace& at, const FragmentClock& clock);

}  // namespace proviso::proof
