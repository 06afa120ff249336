#include <algorithm>
#include <cmath>

#include "../target.h"
#include "observation_message.h"

/// A vision worker that says whatever it likes. The first byte chooses what it claims to say.
PROVISO_FUZZ_TARGET(observation) {
    using namespace proviso;
    if (bytes.empty()) return;
    auto said = bytes.subspan(1);
    if (bytes[0] == 'f') {
        auto faces = vision::decode_faces(said);
        if (!faces) return;
        fuzz::expect(faces->faces.size() == faces->templates.size(), "a face without a template");
        fuzz::expect(std::ranges::equal(vision::encode(*faces), said), "two texts, one meaning");
        return;
    }
    auto observation = vision::decode_observation(said);
    if (!observation) return;
    fuzz::expect(observation->activity >= 0 && observation->activity <= 1, "more than all moves");
    for (const auto& track : observation->tracks) {
        auto box = track.box;
        fuzz::expect(std::isfinite(box.x + box.y + box.w + box.h), "a box without end");
        fuzz::expect(box.w >= 0 && box.h >= 0, "a box turned inside out");
    }
    // A time, a flag: each has one form.
    fuzz::expect(std::ranges::equal(vision::encode(*observation), said), "two texts, one meaning");
}
