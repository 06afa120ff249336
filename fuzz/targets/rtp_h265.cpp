#include "rtp_common.h"

PROVISO_FUZZ_TARGET(rtp_h265) { proviso::fuzz::receive_track(proviso::media::Codec::H265, bytes); }
