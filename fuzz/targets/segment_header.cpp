#include <algorithm>

#include <proviso/proof/segment_format.h>

#include "../target.h"

PROVISO_FUZZ_TARGET(segment_header) {
    using namespace proviso;
    if (auto decoded = proof::decode_segment_header(bytes)) {
        auto again = proof::encode(decoded->header);
        fuzz::expect(
            again.size() == decoded->size && std::ranges::equal(again, bytes.first(again.size())),
            "two texts, one meaning"
        );
    }
    if (auto decoded = proof::decode_fragment_header(bytes)) {
        auto again = proof::encode(*decoded);
        fuzz::expect(
            std::ranges::equal(again, bytes.first(again.size())), "two texts, one meaning"
        );
    }
}
