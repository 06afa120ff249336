#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
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
    /// `most_of_one`: from one network, so that nobody alone can fill the house.
    Guests(std::size_t most, std::size_t most_of_one) : most_(most), most_of_one_(most_of_one) {}

    /// False if the house is full, or has enough guests from there. An empty `network` is not
    /// counted: this machine itself, where a reverse proxy speaks for many, and who has signed in.
    bool enter(Guest* guest, std::weak_ptr<Guest> self, const std::string& network) {
        std::lock_guard lock(mutex_);
        if (inside_.size() >= most_) return false;
        if (!network.empty()) {
            auto& here = from_[network];
            if (here >= most_of_one_) return false;
            ++here;
        }
        inside_.emplace(guest, Place{std::move(self), network});
        return true;
    }

    void leave(Guest* guest) {
        std::lock_guard lock(mutex_);
        auto place = inside_.extract(guest);
        if (place.empty()) return;
        auto here = from_.find(place.mapped().network);
        if (here != from_.end() && --here->second == 0) from_.erase(here);
        if (inside_.empty()) empty_.notify_all();
    }

    /// Closes all and waits for them, but not for ever.
    void send_home(std::chrono::milliseconds patience) {
        std::vector<std::shared_ptr<Guest>> guests;
        {
            std::lock_guard lock(mutex_);
            for (const auto& [guest, place] : inside_) {
                if (auto alive = place.self.lock()) guests.push_back(std::move(alive));
            }
        }
        for (const auto& guest : guests) guest->close();
        guests.clear();
        std::unique_lock lock(mutex_);
        empty_.wait_for(lock, patience, [this] { return inside_.empty(); });
    }

private:
    struct Place {
        std::weak_ptr<Guest> self;
        std::string network;
    };

    const std::size_t most_;
    const std::size_t most_of_one_;
    std::mutex mutex_;
    std::condition_variable empty_;
    std::map<Guest*, Place> inside_;
    std::map<std::string, std::size_t> from_;
};

}  // namespace proviso::api
