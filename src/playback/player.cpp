#include <algorithm>

#include <proviso/playback/player.h>

#include "masked_reader.h"

namespace proviso::playback {

namespace {

/// Pictures before the wanted one, from which the veil learns what is usual.
constexpr std::chrono::milliseconds kLearn{1100};

}  // namespace

Player::Player(
    std::filesystem::path folder,
    catalog::Catalog& catalog,
    keys::KeyStore& keys,
    const Clock& clock,
    Masking masking
)
    : folder_(std::move(folder)),
      catalog_(catalog),
      keys_(keys),
      clock_(clock),
      masking_(std::move(masking)) {}

Result<std::unique_ptr<RangeReader>> Player::read(
    std::shared_ptr<law::Permit<law::View>> permit,
    const media::StreamKey& stream,
    Timestamp from,
    Timestamp to,
    Timestamp origin,
    Track track
) const {
    if (permit->act().camera != stream.camera) {
        return Error(ErrorKind::Refused, "the permission to view is for another camera");
    }
    if (!permit->valid(clock_.monotonic())) {
        return Error(ErrorKind::Refused, "the permission to view has ended");
    }
    if (from >= to) return invalid_input("the range is empty", "give an end after the beginning");
    Archive archive{folder_, catalog_, keys_, clock_};
    if (permit->act().clear || stream.kind == media::StreamKind::Masked) {
        return read_recorded(archive, std::move(permit), stream, from, to, origin, track);
    }
    if (track == Track::Sound) {
        return Error(
            ErrorKind::Refused,
            "a voice tells who somebody is as a face does",
            "ask for the masks to be lifted, and say why"
        );
    }
    media::StreamKey masked{stream.camera, media::StreamKind::Masked};
    auto there = PROVISO_TRY(catalog_.segment_at(stream.camera, to_string(masked.kind), from));
    if (there && there->from <= from && from < there->to) {
        return read_recorded(archive, std::move(permit), masked, from, to, origin);
    }
    if (masking_.pool == nullptr) {
        return Error(
            ErrorKind::Unavailable,
            "there is nothing here that can hide people",
            "ask for a lift of the masks, or see to the vision workers"
        );
    }
    // Where the archive begins, that is the better source.
    if (there && there->from < to) to = std::max(there->from, from + microseconds(1));
    auto begin = from - kLearn;
    auto clear = read_recorded(archive, std::move(permit), stream, begin, to, begin);
    if (!clear) return std::move(clear).error();
    return read_masked(masking_, *std::move(clear), from, origin);
}

}  // namespace proviso::playback
