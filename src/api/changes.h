#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <proviso/base/document.h>

namespace proviso::api {

/// What may have changed, as bits.
enum class Topic : unsigned {
    Cameras = 1,
    Matrix = 2,
    Documents = 4,
    Exports = 8,
    Ledger = 16,
    Users = 32,
    Review = 64,
    Matches = 128,
    Galleries = 256,
    Lifts = 512,
};

/// Tells open event streams what changed; several changes between two looks become one.
/// Thread-safe.
class Changes {
public:
    class Ear {
    public:
        /// What changed since the last call: names for the event, empty if nothing.
        Json take();

    private:
        friend class Changes;
        std::atomic<unsigned> pending_{0};
    };

    std::shared_ptr<Ear> listen();
    void publish(std::initializer_list<Topic> topics);
    bool anybody_listening();

private:
    std::mutex mutex_;
    std::vector<std::weak_ptr<Ear>> ears_;
};

}  // namespace proviso::api
