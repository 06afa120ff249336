#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <proviso/base/bounded_queue.h>
#include <proviso/base/worker.h>

namespace proviso::api {

/// Threads that may block, so that the ones that talk to the network never do. Thread-safe.
class Pool {
public:
    Pool(const std::string& name, int threads, std::size_t waiting);
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool();

    /// False if too many wait already, or after stop(): the caller answers "busy".
    bool post(std::function<void()> work) { return queue_.push(std::move(work)); }

    /// Does what is queued, takes no more, and waits.
    void stop();

private:
    BoundedQueue<std::function<void()>> queue_;
    std::vector<Worker> workers_;
};

}  // namespace proviso::api
