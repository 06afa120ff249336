#include <proviso/crypto/encode.h>
#include <proviso/crypto/hash.h>
#include <proviso/proof/bundle.h>

#include "../target.h"

PROVISO_FUZZ_TARGET(bundle_file) {
    using namespace proviso;
    // Nobody but who holds its key can make another bundle that verifies.
    constexpr auto kSeed = "5f99a1850c943bcd565885dd80e9d87525bba8f35f630cc6528862f225c8dbf6";
    auto report = proof::verify_bundle(bytes);
    fuzz::expect(!report.steps.empty(), "a report without a word");
    if (report.ok) {
        fuzz::expect(to_hex(crypto::sha256(bytes)) == kSeed, "a forged bundle verifies");
    }
}
