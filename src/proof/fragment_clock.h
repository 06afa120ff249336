#pragma once

#include <proviso/proof/bundle.h>

namespace proviso::proof {

/// Offsets in a fragment.
struct ClockPlace {
    std::size_t sequence = 0;
    std::size_t base_decode_time = 0;
    std::size_t payload = 0;  ///< the content of mdat
};

/// Corrupt unless `bytes` are moof { mfhd traf { tfhd tfdt(version 1) ... } } mdat, nothing else.
Result<ClockPlace> find_clock(ByteView bytes);

/// `fragment` may end at the payload.
FragmentClock clock_at(ByteView fragment, const ClockPlace& at);
void put_clock(MutableByteView fragment, const ClockPlace& at, const FragmentClock& clock);

}  // namespace proviso::proof
