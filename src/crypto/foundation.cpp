#include "foundation.h"

#include <cstdlib>

#include <sodium.h>

#include <proviso/base/log.h>

namespace proviso::crypto {

void must(bool ok, std::string_view what) {
    if (ok) return;
    log_error("cryptography does not work on this machine: {}", what);
    std::abort();
}

void start_sodium() {
    static const bool started = sodium_init() >= 0;
    must(started, "start libsodium");
}

}  // namespace proviso::crypto
