#include "proviso/law/calendar_link.h"

#include <soci/soci.h>

#include <proviso/crypto/hash.h>
#include <proviso/crypto/secret.h>

namespace proviso::law {

namespace {

const std::vector<store::Migration>& schema() {
    static const std::vector<store::Migration> steps = {
        {1,
         "CREATE TABLE calendar_link (\n"
         "    secret_hash TEXT PRIMARY KEY,\n"
         "    at_us BIGINT NOT NULL,\n"
         "    user_id TEXT NOT NULL\n"
         ");\n",
         ""}};
    return steps;
}

std::string hash_of(std::string_view secret) { return to_hex(crypto::sha256(as_bytes(secret))); }

}  // namespace

CalendarLink::CalendarLink(store::Database& database, ledger::Ledger& ledger, const Clock& clock)
    : database_(database), ledger_(ledger), clock_(clock) {}

Result<std::unique_ptr<CalendarLink>> CalendarLink::open(
    store::Database& database, ledger::Ledger& ledger, const Clock& clock
) {
    PROVISO_TRY(database.migrate("law_calendar", schema()));
    return std::unique_ptr<CalendarLink>(new CalendarLink(database, ledger, clock));
}

Result<std::string> CalendarLink::make(const UserId& by) {
    std::lock_guard lock(changing_);
    std::array<std::uint8_t, 32> random{};
    crypto::fill_random(random);
    auto secret = to_hex(random);
    PROVISO_TRY(ledger_.append({"calendar.made", {{"by", by.text()}}, nullptr}));
    PROVISO_TRY(database_.write([&](soci::session& session) -> Result<> {
        auto hash = hash_of(secret);
        auto at = static_cast<long long>(clock_.now().time_since_epoch().count());
        const auto& user = by.text();
        session << "DELETE FROM calendar_link";
        session << "INSERT INTO calendar_link (secret_hash, at_us, user_id) "
                   "VALUES (:hash, :at, :user_id)",
            soci::use(hash, "hash"), soci::use(at, "at"), soci::use(user, "user_id");
        return {};
    }));
    return secret;
}

Result<> CalendarLink::revoke(const UserId& by) {
    std::lock_guard lock(changing_);
    if (!PROVISO_TRY(made())) {
        return Error(ErrorKind::NotFound, "there is no link to the calendar", "make one first");
    }
    // First the deed, then its record: a ledger that is full keeps no door open.
    PROVISO_TRY(database_.write([](soci::session& session) -> Result<> {
        session << "DELETE FROM calendar_link";
        return {};
    }));
    PROVISO_TRY(ledger_.append({"calendar.revoked", {{"by", by.text()}}, nullptr}));
    return {};
}

Result<bool> CalendarLink::opens(std::string_view secret) const {
    std::string kept;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        session << "SELECT secret_hash FROM calendar_link", soci::into(kept);
        if (!session.got_data()) kept.clear();
        return {};
    }));
    auto given = hash_of(secret);
    return !kept.empty() && crypto::equal_secret(as_bytes(kept), as_bytes(given));
}

Result<std::optional<CalendarLink::Made>> CalendarLink::made() const {
    std::optional<Made> found;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        long long at = 0;
        std::string user;
        session << "SELECT at_us, user_id FROM calendar_link", soci::into(at), soci::into(user);
        if (!session.got_data()) return {};
        found = Made{Timestamp(microseconds(at)), PROVISO_TRY(UserId::parse(user))};
        return {};
    }));
    return found;
}

}  // namespace proviso::law
