#include "parameter_sets_common.h"

PROVISO_FUZZ_TARGET(parameter_sets_h264) {
    proviso::fuzz::offer_sets(proviso::media::Codec::H264, bytes);
}
