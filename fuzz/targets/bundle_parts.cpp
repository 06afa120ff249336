#include <proviso/proof/bundle.h>

#include "../target.h"

PROVISO_FUZZ_TARGET(bundle_parts) {
    using namespace proviso;
    auto text = as_text(bytes);
    if (auto manifest = proof::decode_manifest(text)) {
        auto again = proof::encode(*manifest);
        fuzz::expect(again && *again == text, "two texts, one meaning");
    }
    if (auto evidence = proof::decode_evidence(text)) {
        auto again = proof::encode(*evidence);
        fuzz::expect(again && *again == text, "two texts, one meaning");
    }
    if (auto clock = proof::read_clock(bytes)) {
        Bytes copy(bytes.begin(), bytes.end());
        fuzz::expect(proof::set_clock(copy, *clock).has_value(), "a clock that cannot be set");
        fuzz::expect(std::ranges::equal(copy, bytes), "setting the same clock changed something");
    }
}
