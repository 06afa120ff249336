#include "box_feed.h"

namespace proviso::alerts {

class BoxFeeds::Feed final : public BoxFeed {
public:
    explicit Feed(std::function<void()> wake) : wake_(std::move(wake)) {}

    std::shared_ptr<const behaviour::Observation> next() override {
        std::lock_guard lock(mutex_);
        return std::exchange(newest_, nullptr);
    }

    void give(std::shared_ptr<const behaviour::Observation> observation) {
        {
            std::lock_guard lock(mutex_);
            newest_ = std::move(observation);
        }
        wake_();
    }

private:
    const std::function<void()> wake_;
    std::mutex mutex_;
    std::shared_ptr<const behaviour::Observation> newest_;
};

std::shared_ptr<BoxFeed> BoxFeeds::listen(const CameraId& camera, std::function<void()> wake) {
    auto feed = std::make_shared<Feed>(std::move(wake));
    std::lock_guard lock(mutex_);
    std::erase_if(feeds_, [](const auto& known) { return known.second.expired(); });
    feeds_.emplace(camera, feed);
    return feed;
}

void BoxFeeds::publish(const CameraId& camera, const behaviour::Observation& observation) {
    std::vector<std::shared_ptr<Feed>> listening;
    {
        std::lock_guard lock(mutex_);
        auto [first, last] = feeds_.equal_range(camera);
        for (auto it = first; it != last; ++it) {
            if (auto feed = it->second.lock()) listening.push_back(std::move(feed));
        }
    }
    if (listening.empty()) return;
    auto shared = std::make_shared<const behaviour::Observation>(observation);
    for (const auto& feed : listening) feed->give(shared);
}

}  // namespace proviso::alerts
