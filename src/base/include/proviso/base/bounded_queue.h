#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace proviso {

/// What a full queue does with the next element.
enum class WhenFull {
    Block,       ///< the producer waits: for evidence that must not be lost
    DropOldest,  ///< the oldest element goes and is counted: for convenience such as live view
    Reject,      ///< push() says false: the producer records the loss itself (a gap)
};

/// A queue between threads that says how long it may grow and what happens then. Thread-safe.
template <class T>
class BoundedQueue {
public:
    BoundedQueue(std::size_t capacity, WhenFull when_full)
        : capacity_(capacity), when_full_(when_full) {}

    /// False if the queue is closed, or full under Reject.
    bool push(T element) {
        std::unique_lock lock(mutex_);
        if (when_full_ == WhenFull::Block) {
            not_full_.wait(lock, [&] { return closed_ || elements_.size() < capacity_; });
        }
        if (closed_) return false;
        if (elements_.size() >= capacity_) {
            if (when_full_ == WhenFull::Reject) return false;
            elements_.pop_front();
            ++dropped_;
        }
        elements_.push_back(std::move(element));
        lock.unlock();
        not_empty_.notify_one();
        return true;
    }

    /// Waits for an element; nothing if closed and empty, or if `stop` is requested.
    std::optional<T> pop(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        not_empty_.wait(lock, stop, [&] { return closed_ || !elements_.empty(); });
        return take(lock);
    }

    /// As pop(), but gives up after `patience`.
    template <class Duration>
    std::optional<T> pop_for(const std::stop_token& stop, Duration patience) {
        std::unique_lock lock(mutex_);
        not_empty_.wait_for(lock, stop, patience, [&] { return closed_ || !elements_.empty(); });
        return take(lock);
    }

    std::optional<T> try_pop() {
        std::unique_lock lock(mutex_);
        return take(lock);
    }

    /// No more elements go in; what is in can still be taken out.
    void close() {
        {
            std::lock_guard lock(mutex_);
            closed_ = true;
        }
        not_empty_.notify_all();
        not_full_.notify_all();
    }

    std::size_t size() const {
        std::lock_guard lock(mutex_);
        return elements_.size();
    }

    /// How many elements DropOldest has thrown away so far.
    std::uint64_t dropped() const {
        std::lock_guard lock(mutex_);
        return dropped_;
    }

private:
    std::optional<T> take(std::unique_lock<std::mutex>& lock) {
        if (elements_.empty()) return std::nullopt;
        std::optional<T> element(std::move(elements_.front()));
        elements_.pop_front();
        lock.unlock();
        not_full_.notify_one();
        return element;
    }

    const std::size_t capacity_;
    const WhenFull when_full_;
    mutable std::mutex mutex_;
    std::condition_variable_any not_empty_;
    std::condition_variable not_full_;
    std::deque<T> elements_;
    std::uint64_t dropped_ = 0;
    bool closed_ = false;
};

}  // namespace proviso
