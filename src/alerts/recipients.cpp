#include "proviso/alerts/recipients.h"

#include <proviso/base/log.h>

namespace proviso::alerts {

using namespace std::chrono_literals;

namespace {

constexpr auto kAskAgain = 60s;

}  // namespace

bool Recipients::may_send(const CameraId& camera, const std::string& country, Timestamp from) {
    std::lock_guard lock(mutex_);
    auto now = clock_.monotonic();
    auto known = answers_.find({camera, country});
    if (known != answers_.end()) {
        const auto& permit = known->second.permit;
        if (permit && permit->valid(now)) return true;
        if (!permit && now - known->second.at < kAskAgain) return false;
        answers_.erase(known);
    }
    auto documents = registers_.snapshot();
    auto document = documents->cameras.find(camera);
    if (document == documents->cameras.end()) return false;
    auto purpose = documents->purposes.find(document->second.purpose);
    law::Export act;
    act.camera = camera;
    act.requester = UserId::literal("u-alerts");
    act.from = from == Timestamp{} ? clock_.now() : from;
    act.to = std::max(act.from, clock_.now()) + 1s;
    if (purpose != documents->purposes.end()) act.purpose_code = purpose->second.code;
    act.recipient_country = country;
    auto answer = gate_.ask(std::move(act));
    Answered answered;
    answered.at = now;
    if (!answer) {
        log_warning("notices: a recipient was not decided: {}", answer.error().story());
    } else if (auto* refusal = std::get_if<law::Refusal>(&*answer)) {
        log_warning("notices: {} gets nothing of {}: {}", country, camera.text(), refusal->words());
    } else {
        answered.permit = std::get<law::Permit<law::Export>>(*std::move(answer));
    }
    bool permitted = answered.permit.has_value();
    answers_.emplace(std::pair{camera, country}, std::move(answered));
    return permitted;
}

}  // namespace proviso::alerts
