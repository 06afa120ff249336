#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/ledger/ledger.h>
#include <proviso/store/database.h>

namespace proviso::law {

/// One secret address under which a calendar program reads the horizon without signing in. Only a
/// hash of the secret is kept; whoever makes a new one ends the old one. "calendar.made" and
/// "calendar.revoked" stand in the ledger before they take effect. Thread-safe.
class CalendarLink {
public:
    static Result<std::unique_ptr<CalendarLink>> open(
        store::Database& database, ledger::Ledger& ledger, const Clock& clock
    );

    /// The secret: 256 random bits, hexadecimal. It cannot be asked for again.
    Result<std::string> make(const UserId& by);
    /// NotFound if there is none.
    Result<> revoke(const UserId& by);
    Result<bool> opens(std::string_view secret) const;

    struct Made {
        Timestamp at;
        UserId by;
    };

    /// None: there is no link.
    Result<std::optional<Made>> made() const;

private:
    CalendarLink(store::Database& database, ledger::Ledger& ledger, const Clock& clock);

    store::Database& database_;
    ledger::Ledger& ledger_;
    const Clock& clock_;
    std::mutex changing_;
};

}  // namespace proviso::law
