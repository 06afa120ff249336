#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace proviso::api {

/// Whoever is connected, so that there are never too many and all can be sent home.
class Guest {
public:
    Guest() = default;
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    virtual ~Guest() = default;

    /// Ends the connection soon. From any thread.
    virtual void close() = 0;
};

/// Thread-safe.
class Guests {
public:
    explicit Guests(std::size_t most) : most_(most) {}

    /// False if the house is full.
    bool enter(Guest* guest, std::weak_ptr<Guest> self) {
        std::lock_guard lock(mutex_);
        if (inside_.size() >= most_) return false;
        inside_.emplace(guest, std::move(self));
        return true;
    }

    void leave(Guest* guest) {
        std::lock_guard lock(mutex_);
        inside_.erase(guest);
        if (inside_.empty()) empty_.notify_all();
    }

    /// Closes all and waits for them, but not for ever.
    void send_home(std::chrono::milliseconds patience) {
        std::vector<std::shared_ptr<Guest>> guests;
        {
            std::lock_guard lock(mutex_);
            for (const auto& [guest, self] : inside_) {
                if (auto alive = self.lock()) guests.push_back(std::move(alive));
            }
        }
        for (const auto& guest : guests) guest->close();
        guests.clear();
        std::unique_lock lock(mutex_);
        empty_.wait_for(lock, patience, [this] { return inside_.empty(); });
    }

private:
    const std::size_t most_;
    std::mutex mutex_;
    std::condition_variable empty_;
    std::map<Guest*, std::weak_ptr<Guest>> inside_;
};

}  // namespace proviso::api
