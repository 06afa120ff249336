#pragma once

#include <proviso/base/result.h>

namespace proviso::ingest {

/// Closes what was inherited beyond `control_fd`, forbids new privileges, core dumps and being
/// traced, and makes room for many sockets. First thing in a worker.
Result<> shed_inheritance(int control_fd);

/// From here on the process can open sockets and read files, but neither write files nor run
/// programs, nor touch other processes. Every thread; for good. Does nothing under a sanitizer,
/// which needs more than that.
Result<> enter_sandbox();

}  // namespace proviso::ingest
