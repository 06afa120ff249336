#include "rtp_common.h"

PROVISO_FUZZ_TARGET(rtp_h264) { proviso::fuzz::receive_track(proviso::media::Codec::H264, bytes); }
