#pragma once

#include <memory>

#include <proviso/base/worker.h>

#include "state.h"

namespace proviso::api {

/// Notices what nobody announces (an export's progress, a camera's state, new ledger entries)
/// while somebody listens, and passes on what the registers and the gate announce.
class Watch {
public:
    explicit Watch(const std::shared_ptr<State>& state);

private:
    void look();

    State& state_;
    std::string cameras_;
    std::string exports_;
    std::uint64_t ledger_ = 0;
    Worker worker_;
};

}  // namespace proviso::api
