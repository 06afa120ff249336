#include <algorithm>

#include <proviso/media/fmp4.h>

#include "../target.h"

PROVISO_FUZZ_TARGET(fmp4_fragment) {
    using namespace proviso;
    auto parsed = media::parse_fragment(bytes);
    if (!parsed) return;
    auto again = media::fragment_head(
        parsed->sequence, parsed->base_decode_time, parsed->samples, parsed->sound_run()
    );
    again.insert(again.end(), parsed->payload.begin(), parsed->payload.end());
    again.insert(again.end(), parsed->sound_payload.begin(), parsed->sound_payload.end());
    fuzz::expect(again.size() == parsed->size, "a fragment of another size");
    fuzz::expect(std::ranges::equal(again, bytes.first(again.size())), "two texts, one meaning");
}
