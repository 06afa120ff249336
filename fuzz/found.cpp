#include <cstdio>
#include <cstdlib>

#include "target.h"

namespace proviso::fuzz {

void found(const char* what) {
    std::fprintf(stderr, "found: %s\n", what);
    std::abort();
}

}  // namespace proviso::fuzz
