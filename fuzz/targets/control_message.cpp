#include <algorithm>

#include "../target.h"
#include "control.h"

PROVISO_FUZZ_TARGET(control_message) {
    using namespace proviso;
    if (auto message = ingest::decode_message(bytes)) {
        auto again = ingest::encode(*message);
        // A flag can be written as anything but one; all else has one form.
        fuzz::expect(again.size() == bytes.size(), "a message of another size");
    }
    if (auto parameters = workers::decode_parameters(bytes)) {
        fuzz::expect(
            std::ranges::equal(workers::encode(*parameters), bytes), "two texts, one meaning"
        );
    }
}
