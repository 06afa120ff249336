#include "sdp.h"

#include "../target.h"

PROVISO_FUZZ_TARGET(sdp) {
    auto video = proviso::ingest::parse_sdp(proviso::as_text(bytes));
    if (video) proviso::fuzz::expect(video->parameter_sets.size() <= 16, "too many parameter sets");
}
