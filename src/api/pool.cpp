#include "pool.h"

#include <proviso/base/log.h>

namespace proviso::api {

Pool::Pool(const std::string& name, int threads, std::size_t waiting)
    : queue_(waiting, WhenFull::Reject) {
    for (int i = 0; i < threads; ++i) {
        workers_.emplace_back(name, [this](const std::stop_token& stop) {
            while (auto work = queue_.pop(stop)) {
                // A library that throws past its adapter must cost one request, not the server.
                try {
                    (*work)();
                } catch (const std::exception& problem) {
                    log_error("api: a request failed unexpectedly: {}", problem.what());
                }
            }
        });
    }
}

Pool::~Pool() { stop(); }

void Pool::stop() {
    queue_.close();
    for (auto& worker : workers_) worker.stop();
    workers_.clear();
}

}  // namespace proviso::api
