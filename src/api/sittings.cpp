#include "sittings.h"

#include "evidence.h"

namespace proviso::api {

namespace {

constexpr std::chrono::minutes kWindow{10};
constexpr std::chrono::minutes kRenew{1};

std::int64_t window_of(Timestamp at) {
    return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count() /
           kWindow.count();
}

Timestamp start_of(std::int64_t window) { return Timestamp(window * kWindow); }

}  // namespace

std::shared_ptr<Sittings::Sitting> Sittings::find(const Key& key, MonoTime now) {
    std::lock_guard lock(mutex_);
    std::erase_if(sittings_, [now](const auto& known) {
        return now - known.second.second > 2 * kWindow;
    });
    auto& [sitting, used] = sittings_[key];
    if (!sitting) sitting = std::make_shared<Sitting>();
    used = now;
    return sitting;
}

Result<std::variant<Sittings::SharedPermit, law::Refusal>> Sittings::look(
    law::Gate& gate,
    ledger::Ledger& ledger,
    const Clock& clock,
    const law::Lifts& lifts,
    const law::View& act,
    const media::StreamKey& stream,
    std::string_view purpose,
    Timestamp from,
    Timestamp to
) {
    auto now = clock.monotonic();
    auto sitting = find({act.viewer, stream, act.clear}, now);
    std::lock_guard lock(sitting->mutex);
    if (sitting->permit && sitting->permit->valid(now) && now - sitting->renewed > kRenew) {
        auto renewed = gate.renew(*sitting->permit);
        if (!renewed) return undecided(std::move(renewed).error());
        if (*renewed) return std::variant<SharedPermit, law::Refusal>(**std::move(renewed));
        sitting->renewed = now;
    }
    if (!sitting->permit || !sitting->permit->valid(now)) {
        auto answer = gate.ask(act);
        if (!answer) return undecided(std::move(answer).error());
        if (auto* refusal = std::get_if<law::Refusal>(&*answer)) {
            return std::variant<SharedPermit, law::Refusal>(std::move(*refusal));
        }
        sitting->permit = std::make_shared<law::Permit<law::View>>(
            std::get<law::Permit<law::View>>(*std::move(answer))
        );
        sitting->renewed = now;
        sitting->windows.clear();
    }
    // The entry names whole windows: it may say more than was looked at, never less.
    auto first = window_of(from);
    auto last = window_of(to - microseconds(1));
    std::erase_if(sitting->windows, [now](const auto& known) {
        return now - known.second > kWindow;
    });
    while (first <= last && sitting->windows.contains(first)) ++first;
    while (last >= first && sitting->windows.contains(last)) --last;
    if (first <= last) {
        Json body{
            {"user", act.viewer.text()},
            {"camera", stream.camera.text()},
            {"stream", media::to_string(stream.kind)},
            {"live", false},
            {"from", to_iso8601(start_of(first))},
            {"to", to_iso8601(start_of(last + 1))},
            {"purpose", purpose},
            {"decision", sitting->permit->decision().ledger_index}};
        note_clear(lifts, act, body);
        PROVISO_TRY(write_down(ledger, "view", std::move(body)));
        for (auto window = first; window <= last; ++window) sitting->windows[window] = now;
    }
    return std::variant<SharedPermit, law::Refusal>(sitting->permit);
}

bool Sittings::again(const std::string& what, MonoTime now) {
    std::lock_guard lock(mutex_);
    std::erase_if(said_, [now](const auto& known) { return now - known.second > kWindow; });
    return !said_.emplace(what, now).second;
}

void Sittings::forget(const std::string& what) {
    std::lock_guard lock(mutex_);
    said_.erase(what);
}

}  // namespace proviso::api
