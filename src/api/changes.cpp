#include "changes.h"

#include <array>

namespace proviso::api {

namespace {

constexpr std::array<std::pair<Topic, const char*>, 10> kTopics{{
    {Topic::Cameras, "cameras"},
    {Topic::Matrix, "matrix"},
    {Topic::Documents, "documents"},
    {Topic::Exports, "exports"},
    {Topic::Ledger, "ledger"},
    {Topic::Users, "users"},
    {Topic::Review, "review"},
    {Topic::Matches, "matches"},
    {Topic::Galleries, "galleries"},
    {Topic::Lifts, "lifts"},
}};

}  // namespace

Json Changes::Ear::take() {
    auto pending = pending_.exchange(0);
    auto names = Json::array();
    for (const auto& [topic, name] : kTopics) {
        if ((pending & static_cast<unsigned>(topic)) != 0) names.push_back(name);
    }
    return names;
}

std::shared_ptr<Changes::Ear> Changes::listen() {
    auto ear = std::make_shared<Ear>();
    std::lock_guard lock(mutex_);
    std::erase_if(ears_, [](const auto& known) { return known.expired(); });
    ears_.push_back(ear);
    return ear;
}

void Changes::publish(std::initializer_list<Topic> topics) {
    unsigned bits = 0;
    for (auto topic : topics) bits |= static_cast<unsigned>(topic);
    std::lock_guard lock(mutex_);
    for (const auto& known : ears_) {
        if (auto ear = known.lock()) ear->pending_ |= bits;
    }
}

bool Changes::anybody_listening() {
    std::lock_guard lock(mutex_);
    std::erase_if(ears_, [](const auto& known) { return known.expired(); });
    return !ears_.empty();
}

}  // namespace proviso::api
