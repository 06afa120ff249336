#include "sdp.h"

#include "../target.h"

PROVISO_FUZZ_TARGET(sdp) {
    auto video = proviso::ingest::parse_sdp(proviso::as_text(bytes));
    if (video) proviso::fuzz::expect(video->parameter_sets.size() <= 16, "too many parameter sets");
    auto sound = proviso::ingest::parse_sdp_sound(proviso::as_text(bytes));
    if (sound) {
        proviso::fuzz::expect(sound->format.sample_rate > 0, "sound without a rate");
        proviso::fuzz::expect(sound->format.channels > 0, "sound without a channel");
    }
}
