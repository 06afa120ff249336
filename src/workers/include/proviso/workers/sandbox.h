#pragma once

#include <proviso/base/result.h>

namespace proviso::workers {

/// Closes what was inherited beyond `control_fd`, forbids new privileges, core dumps and being
/// traced, and makes room for many sockets. First thing in a worker.
Result<> shed_inheritance(int control_fd);

/// What a worker still needs of the world.
enum class Reach {
    Network,  ///< open sockets of the internet, open files for reading
    Nothing,  ///< only what it holds already: no file, no socket
};

/// From here on the process can do what `reach` says, but neither write files nor run programs, nor
/// make processes or threads, nor touch other processes. Every thread; for good. Does nothing under
/// a sanitizer, which needs more than that.
Result<> enter_sandbox(Reach reach);

}  // namespace proviso::workers
