#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include <proviso/base/result.h>

namespace proviso::identity {

/// Lets at most two password hashes run at once (64 MiB each), and a few wait: a flood of sign-ins
/// must take neither the memory nor the threads of the recorder. Thread-safe.
class HashGate {
public:
    explicit HashGate(bool cheap);

    Result<std::string> hash(std::string_view password);
    /// Against `stored`; an empty one costs the same and is always wrong.
    Result<bool> verify(std::string_view stored, std::string_view password);

    /// A turn at hashing; gives it back when it goes.
    class Turn {
    public:
        explicit Turn(HashGate& gate) : gate_(&gate) {}

        Turn(Turn&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}

        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        Turn& operator=(Turn&&) = delete;
        ~Turn();

    private:
        HashGate* gate_;
    };

    /// Waits for a turn; Unavailable if too many wait already.
    Result<Turn> enter();

private:
    bool cheap_;
    std::string of_nobody_;
    std::mutex mutex_;
    std::condition_variable free_;
    int running_ = 0;
    int waiting_ = 0;
};

}  // namespace proviso::identity
