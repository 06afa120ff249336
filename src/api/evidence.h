#pragma once

#include <proviso/law/act.h>
#include <proviso/law/lifts.h>
#include <proviso/ledger/ledger.h>

namespace proviso::api {

/// Writes down who did what before it happens (API-6). On an error nothing may be shown or
/// changed; the error (Unavailable) says so in words for a person.
Result<std::uint64_t> write_down(
    ledger::Ledger& ledger, std::string_view type, Json body, Json personal = {}
);

/// Says in an entry of a view or an export which lift it rests on, if it is a clear one.
template <class Act>
void note_clear(const law::Lifts& lifts, const Act& act, Json& body) {
    if (!act.clear) return;
    body["clear"] = true;
    const auto& person = [&]() -> const UserId& {
        if constexpr (std::is_same_v<Act, law::View>) {
            return act.viewer;
        } else {
            return act.requester;
        }
    }();
    if (auto lift = lifts.clearance(act.camera, person)) body["lift"] = lift->lift;
}

/// What the gate could not decide because it could not write it down, in the same words. NotFound
/// stays NotFound.
Error undecided(Error error);

}  // namespace proviso::api
