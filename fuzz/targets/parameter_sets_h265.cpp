#include "parameter_sets_common.h"

PROVISO_FUZZ_TARGET(parameter_sets_h265) {
    proviso::fuzz::offer_sets(proviso::media::Codec::H265, bytes);
}
