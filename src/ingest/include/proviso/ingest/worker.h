#pragma once

namespace proviso::ingest {

/// The descriptor on which a worker process finds its control channel.
inline constexpr int kWorkerControlFd = 3;

/// The main function of the worker process: reads streams as it is told over the control channel
/// until the channel closes. Gives up its privileges first. The result is the exit code.
int run_ingest_worker(int control_fd);

}  // namespace proviso::ingest
