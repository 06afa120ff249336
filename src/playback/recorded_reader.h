#pragma once

#include <proviso/playback/player.h>

#include "opened_segment.h"

namespace proviso::playback {

/// Where recordings lie.
struct Archive {
    const std::filesystem::path& folder;
    const catalog::Catalog& catalog;
    const keys::KeyStore& keys;
    const Clock& clock;
};

/// What is recorded, as it was recorded: whoever gives it on answers for who may see it.
Result<std::unique_ptr<RangeReader>> read_recorded(
    const Archive& archive,
    std::shared_ptr<law::Permit<law::View>> permit,
    const media::StreamKey& stream,
    Timestamp from,
    Timestamp to,
    Timestamp origin,
    Track track = Track::Pictures
);

}  // namespace proviso::playback
