#include "law_round.h"

#include <condition_variable>
#include <mutex>

#include <proviso/base/log.h>
#include <proviso/law/matrix.h>

namespace proviso::app {

LawRound::LawRound(House& house) : house_(house) {
    worker_ = Worker("law", [this](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            if (auto done = once(); !done) log_error("law: {}", done.error().story());
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, std::chrono::minutes(1), [] { return false; });
        }
    });
}

Result<> LawRound::once() {
    auto snapshot = house_.registers->snapshot();
    auto packs = house_.shelf->packs();
    auto today = day_of(house_.clock.now());
    std::tuple now{snapshot->version, packs, today};
    if (seen_ == now) return {};
    auto cells =
        PROVISO_TRY(law::matrix_of(packs, *snapshot, {}, today, house_.config.viewer_country));
    PROVISO_TRY(house_.counsel->note(law::open_questions(packs, *snapshot, cells)));
    seen_ = std::move(now);
    return {};
}

}  // namespace proviso::app
