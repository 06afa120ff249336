#pragma once

#include <proviso/ledger/ledger.h>

namespace proviso::api {

/// Writes down who did what before it happens (API-6). On an error nothing may be shown or
/// changed; the error (Unavailable) says so in words for a person.
Result<std::uint64_t> write_down(
    ledger::Ledger& ledger, std::string_view type, Json body, Json personal = {}
);

/// What the gate could not decide because it could not write it down, in the same words. NotFound
/// stays NotFound.
Error undecided(Error error);

}  // namespace proviso::api
