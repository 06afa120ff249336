#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <variant>

#include <proviso/law/gate.h>
#include <proviso/law/lifts.h>
#include <proviso/ledger/ledger.h>
#include <proviso/media/packet.h>
#include <proviso/registers/documents.h>

namespace proviso::api {

/// What a person looks at again and again within minutes: one permit, renewed, and one ledger
/// entry per ten-minute window of footage instead of one per request. Thread-safe.
class Sittings {
public:
    using SharedPermit = std::shared_ptr<law::Permit<law::View>>;

    /// A permit to read [from, to) of a stream, its "view" entry durable. Unavailable if the
    /// ledger cannot record.
    Result<std::variant<SharedPermit, law::Refusal>> look(
        law::Gate& gate,
        ledger::Ledger& ledger,
        const Clock& clock,
        const law::Lifts& lifts,
        const law::View& act,
        const media::StreamKey& stream,
        std::string_view purpose,
        Timestamp from,
        Timestamp to
    );

    /// True if the same was said within the last ten minutes; else remembers that it is said now.
    bool again(const std::string& what, MonoTime now);
    void forget(const std::string& what);

private:
    struct Sitting {
        std::mutex mutex;
        SharedPermit permit;
        MonoTime renewed;
        std::map<std::int64_t, MonoTime> windows;  ///< of footage, by number, when written down
    };

    /// Clear and masked are looked at apart.
    using Key = std::tuple<UserId, media::StreamKey, bool>;

    std::shared_ptr<Sitting> find(const Key& key, MonoTime now);

    std::mutex mutex_;
    std::map<Key, std::pair<std::shared_ptr<Sitting>, MonoTime>> sittings_;
    std::map<std::string, MonoTime> said_;
};

}  // namespace proviso::api
