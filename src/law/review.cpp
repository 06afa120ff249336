#include <algorithm>

#include <proviso/base/log.h>

#include "gate_inside.h"

namespace proviso::law {

std::vector<Held> Gate::Inside::live_leases() {
    return state.with([&](State& now) {
        std::vector<Held> live;
        live.reserve(now.held.size());
        for (auto each = now.held.begin(); each != now.held.end();) {
            auto lease = each->second.lease.lock();
            if (lease == nullptr || lease->revoked) {
                each = now.held.erase(each);
            } else {
                live.push_back(each->second);
                ++each;
            }
        }
        return live;
    });
}

void Gate::Inside::review(const registers::SnapshotPtr& told) {
    // Told out of order by two changes at once, the newer state counts.
    auto snapshot = registers.snapshot();
    if (told != nullptr && told->version > snapshot->version) snapshot = told;
    auto live = live_leases();
    std::map<std::string, Result<Weighed>> by_key;
    std::vector<std::pair<Held, Weighed>> refused;
    std::vector<std::pair<Held, Weighed>> silenced;
    for (auto& held : live) {
        auto known = by_key.find(held.question.key);
        if (known == by_key.end()) {
            known = by_key.emplace(held.question.key, weigh_now(held.question, *snapshot)).first;
        }
        if (!known->second) {
            // No facts, no permission: the camera is gone, or its facts cannot be read.
            Weighed nothing;
            nothing.day = today();
            nothing.packs = packs.copy();
            refused.emplace_back(held, nothing);
        } else if (!known->second->permits()) {
            refused.emplace_back(held, *known->second);
        } else if (held.sound && !known->second->conditions.audio) {
            silenced.emplace_back(held, *known->second);
        }
    }
    if (!silenced.empty()) silence(std::move(silenced));
    if (!refused.empty()) revoke(std::move(refused));
    review_clear();
    report_review(live.size());
}

/// Takes the sound from leases whose pictures go on. First the deed, then its record.
void Gate::Inside::silence(std::vector<std::pair<Held, Weighed>> silenced) {
    state.with([&](State& now) {
        for (auto& [held, weighed] : silenced) {
            auto lease = held.lease.lock();
            if (lease == nullptr) continue;
            lease->sound = false;
            auto known = now.held.find(lease.get());
            if (known != now.held.end()) known->second.sound = false;
        }
    });
    for (const auto& [held, weighed] : silenced) {
        auto index = note(held.question, weighed);
        if (!index) {
            log_error("the end of sound could not be recorded: {}", index.error().story());
        } else if (auto lease = held.lease.lock()) {
            lease->decision = *index;
        }
    }
}

/// No decision changed: the end of the lift is the record.
void Gate::Inside::review_clear() {
    for (const auto& held : live_leases()) {
        if (!held.question.clear || clearance(held.question)) continue;
        if (auto lease = held.lease.lock()) lease->revoked = true;
    }
}

void Gate::Inside::revoke(std::vector<std::pair<Held, Weighed>> refused) {
    // First the deed, then its record: a ledger that is slow or broken holds nothing open.
    std::erase_if(refused, [](auto& each) {
        auto lease = each.first.lease.lock();
        return lease == nullptr || lease->revoked.exchange(true);
    });
    if (refused.empty()) return;
    std::vector<ledger::Draft> drafts;
    std::map<std::string, std::size_t> draft_of_key;
    for (const auto& [held, weighed] : refused) {
        if (!draft_of_key.emplace(held.question.key, drafts.size()).second) continue;
        drafts.push_back(draft_of(held.question, weighed, true));
    }
    auto receipts = ledger.append_all(std::move(drafts));
    ledger_failing = !receipts;
    if (!receipts) {
        log_error("a revocation could not be recorded: {}", receipts.error().story());
    }
    auto told = listeners.copy();
    for (const auto& [held, weighed] : refused) {
        if (!held.question.announce) continue;
        std::optional<DecisionRef> ref;
        if (receipts) ref = DecisionRef{(*receipts)[draft_of_key[held.question.key]].index};
        auto refusal = refusal_of(held.question, weighed.decision, ref);
        if (refusal.reasons.empty()) refusal = revoked_refusal(held.question, ref);
        for (const auto& listener : told) listener(held.question.camera, refusal);
    }
}

/// Now and then an entry says that the leases were asked for again: proof that the law was read,
/// and word of a ledger that no longer writes.
void Gate::Inside::report_review(std::size_t leases) {
    if (leases == 0) return;
    auto now = clock.monotonic();
    bool due = state.with([&](State& kept) {
        if (kept.last_report && now - *kept.last_report < options.lease) return false;
        kept.last_report = now;
        return true;
    });
    if (!due) return;
    Json body = {
        {"leases", leases},
        {"pack", packs.copy().in_force->digest()},
        {"day", to_iso8601(today())}};
    auto receipt = ledger.append({"gate.review", std::move(body), nullptr});
    ledger_failing = !receipt;
    if (!receipt) log_error("the gate's review could not be recorded: {}", receipt.error().story());
}

void Gate::Inside::watch(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
        auto now = clock.now();
        auto midnight = std::chrono::duration_cast<milliseconds>(
            day_of(now) + std::chrono::days(1) - now + milliseconds(1)
        );
        std::unique_lock lock(mutex);
        wake.wait_for(
            lock,
            stop,
            std::clamp<milliseconds>(midnight, std::chrono::seconds(1), std::chrono::minutes(1)),
            [] { return false; }
        );
        lock.unlock();
        if (!stop.stop_requested()) review(nullptr);
    }
}

}  // namespace proviso::law
