#include <proviso/proof/checkpoint.h>

#include "../target.h"

PROVISO_FUZZ_TARGET(checkpoint) {
    using namespace proviso;
    auto text = as_text(bytes);
    (void)proof::open_checkpoint(text, {}).has_value();
    if (auto key = proof::parse_verifier_key(text)) {
        fuzz::expect(proof::verifier_key(key->origin, key->key) == text, "two texts, one meaning");
    }
}
