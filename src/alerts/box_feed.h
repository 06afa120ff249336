#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include <proviso/alerts/alerts.h>

namespace proviso::alerts {

/// Passes the newest observation on to whoever draws boxes; who is slow misses some. Thread-safe.
class BoxFeeds {
public:
    std::shared_ptr<BoxFeed> listen(const CameraId& camera, std::function<void()> wake);
    /// Costs one lookup if nobody listens.
    void publish(const CameraId& camera, const behaviour::Observation& observation);

private:
    class Feed;

    std::mutex mutex_;
    std::multimap<CameraId, std::weak_ptr<Feed>> feeds_;
};

}  // namespace proviso::alerts
