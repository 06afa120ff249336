#pragma once

#include <proviso/media/decoder_config.h>
#include <proviso/media/fmp4.h>
#include <proviso/media/h264.h>
#include <proviso/media/h265.h>
#include <proviso/media/nal.h>
#include <proviso/media/parameter_sets.h>

#include "../target.h"

namespace proviso::fuzz {

/// What is made of any parameter sets can be read again and is written to a file.
inline void offer_sets(media::Codec codec, ByteView bytes) {
    media::ParameterSets sets(codec);
    ByteView rest = bytes;
    ByteView piece;
    while (next_piece(rest, piece)) {
        if (sets.is_parameter_set(piece)) (void)sets.offer(piece).has_value();
        (void)media::h264::parse_slice(piece);
        (void)media::h264::recovery_point(piece);
        (void)media::h265::parse_slice(piece);
    }
    if (auto config = media::read_decoder_config(codec, bytes)) {
        expect(config->nals.size() <= 64, "too many sets in a configuration");
    }
    auto parameters = sets.any();
    if (!parameters) return;
    const auto& made = **parameters;
    expect(made.width >= 1 && made.width <= media::kMaxPictureSide, "a width that cannot be");
    expect(made.height >= 1 && made.height <= media::kMaxPictureSide, "a height that cannot be");
    auto config = media::read_decoder_config(codec, made.decoder_config);
    expect(config.has_value() && config->length_size == 4, "our own configuration is damaged");
    for (auto nal : config->nals) {
        expect(sets.is_parameter_set(nal), "a configuration holds something else");
    }
    media::init_segment(made);
}

}  // namespace proviso::fuzz
