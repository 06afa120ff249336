#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "drafting.h"
#include "publisher.h"

namespace proviso::ledger {

/// One append_all() on its way to the disk.
struct Request {
    std::vector<Drafted> entries;
    std::vector<Bytes> sealed_payloads;  ///< one for each entry; empty if it has none
    std::promise<Result<std::vector<Receipt>>> done;
};

/// What the appenders, the writer, the integrator and the readers share. Everything under `mutex`.
struct LogState {
    mutable std::mutex mutex;
    std::condition_variable_any arrived;        ///< `pending` has something
    std::condition_variable_any acked;          ///< `tail` has grown
    mutable std::condition_variable published;  ///< there is a newer checkpoint, or none will come

    std::deque<std::unique_ptr<Request>> pending;
    std::uint64_t size = 0;  ///< entries acknowledged
    /// Acknowledged, but not covered by `current` yet; the last has index size - 1.
    std::deque<std::shared_ptr<const std::string>> tail;
    Published current;
    std::optional<Error> broken;  ///< nothing more is taken until the ledger is opened again

    std::uint64_t integrated() const { return current.checkpoint.size; }
};

}  // namespace proviso::ledger
