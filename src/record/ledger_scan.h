#pragma once

#include <functional>
#include <map>
#include <set>

#include <proviso/catalog/catalog.h>
#include <proviso/ledger/ledger.h>

namespace proviso::record {

/// All entries from `first` on, in order.
Result<> for_each_entry(
    const ledger::Ledger& ledger,
    std::uint64_t first,
    const std::function<void(const ledger::StoredEntry&)>& visit
);

/// What the ledger says of recordings.
struct Sealed {
    struct Closed {
        std::uint64_t leaf = 0;
        Json body;
    };

    std::map<SegmentId, Closed> closed;
    std::set<SegmentId> deleted;
    std::vector<catalog::Gap> gaps;  ///< in order; of one that lasted the last word counts
};

Result<Sealed> read_sealed(const ledger::Ledger& ledger, std::uint64_t first = 0);

}  // namespace proviso::record
