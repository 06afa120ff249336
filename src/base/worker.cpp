#include <utility>

#include <pthread.h>

#include <proviso/base/worker.h>

namespace proviso {

Worker::Worker(const std::string& name, std::function<void(const std::stop_token&)> run)
    : thread_([run = std::move(run)](const std::stop_token& stop) { run(stop); }) {
    pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

void Worker::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

}  // namespace proviso
