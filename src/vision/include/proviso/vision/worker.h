#pragma once

#include <functional>
#include <memory>

#include <proviso/vision/eye.h>

namespace proviso::vision {

/// Makes what looks; a test puts another in its place.
using EyeMaker = std::function<Result<std::unique_ptr<Eye>>(const EyeConfig&)>;

/// The main function of a worker process that looks at pictures (`proviso worker vision`): as it is
/// told over the control channel, until the channel closes. Gives up its privileges first: no
/// network, no files, no other process. The result is the exit code.
int run_vision_worker(int control_fd, const EyeMaker& make_eye = &Eye::open);

}  // namespace proviso::vision
