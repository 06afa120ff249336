#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <thread>

namespace proviso {

/// A named thread that is asked to stop and joined when it goes. Declare it last in a class:
/// what it uses then outlives it.
class Worker {
public:
    Worker() = default;
    /// `name` is cut at 15 characters, as the kernel does. `run` must return soon after
    /// `stop.stop_requested()` turns true.
    Worker(const std::string& name, std::function<void(const std::stop_token&)> run);

    void request_stop() { thread_.request_stop(); }

    /// Asks to stop and waits.
    void stop();

    bool running() const { return thread_.joinable(); }

private:
    std::jthread thread_;
};

}  // namespace proviso
