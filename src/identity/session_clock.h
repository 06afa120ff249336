#pragma once

#include <string>
#include <unordered_map>

#include <proviso/base/guarded.h>
#include <proviso/base/time.h>
#include <proviso/identity/identity.h>

#include "people_table.h"

namespace proviso::identity {

/// How long sessions may last, by whichever clock ran further: who sets the wall clock back
/// prolongs nothing. Thread-safe.
class SessionClock {
public:
    explicit SessionClock(const Clock& clock) : clock_(clock) {}

    struct Standing {
        bool expired = false;
        Timestamp expires;
        bool note_use = false;  ///< the use is to be stored: over a minute since it last was
    };

    /// `counts`: the look is an activity of the person.
    Standing look(const std::string& token_hash, const StoredSession& session, bool counts);
    void forget(const std::string& token_hash);

    /// Sessions opened before this are over, whoever's they are.
    Timestamp oldest() const;

private:
    /// What this process has seen of a session.
    struct Seen {
        MonoTime first;
        microseconds age_at_first{0};
        MonoTime used;
        Timestamp used_wall;
        microseconds idle_at_used{0};
        MonoTime stored;
    };

    const Clock& clock_;
    Guarded<std::unordered_map<std::string, Seen>> seen_;
};

}  // namespace proviso::identity
