#include "hash_gate.h"

#include <proviso/base/id.h>
#include <proviso/crypto/password.h>

namespace proviso::identity {

namespace {

constexpr int kMostRunning = 2;
constexpr int kMostWaiting = 16;

}  // namespace

HashGate::HashGate(bool cheap) : cheap_(cheap) {
    // What an unknown login is compared with, so that it costs what a known one costs.
    auto nobody = crypto::hash_password(Uuid::random().text(), cheap);
    if (nobody) of_nobody_ = std::move(nobody).value();
}

HashGate::Turn::~Turn() {
    if (gate_ == nullptr) return;
    {
        std::lock_guard lock(gate_->mutex_);
        --gate_->running_;
    }
    gate_->free_.notify_one();
}

Result<HashGate::Turn> HashGate::enter() {
    std::unique_lock lock(mutex_);
    if (waiting_ >= kMostWaiting) {
        return Error(
            ErrorKind::Unavailable, "too many people sign in at once", "try again in a few seconds"
        );
    }
    ++waiting_;
    free_.wait(lock, [&] { return running_ < kMostRunning; });
    --waiting_;
    ++running_;
    return Turn(*this);
}

Result<std::string> HashGate::hash(std::string_view password) {
    auto turn = PROVISO_TRY(enter());
    return crypto::hash_password(password, cheap_);
}

Result<bool> HashGate::verify(std::string_view stored, std::string_view password) {
    auto turn = PROVISO_TRY(enter());
    bool known = !stored.empty();
    bool right = crypto::verify_password(known ? stored : std::string_view(of_nobody_), password);
    return known && right;
}

}  // namespace proviso::identity
