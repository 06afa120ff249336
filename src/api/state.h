#pragma once

#include <proviso/api/server.h>
#include <proviso/base/guarded.h>

#include "changes.h"
#include "pool.h"
#include "presence.h"
#include "route.h"
#include "sittings.h"

namespace proviso::api {

/// What all requests share. The pools come last: when it goes, they are joined first.
struct State {
    State(Rooms given, bool is_tls, std::string token);

    Pool& pool(Lane lane);
    /// Finishes what is queued; from then on every post() is refused.
    void stop();

    Rooms rooms;
    const bool tls;
    const std::string metrics_token;
    const Timestamp started;
    Changes changes;
    Presence presence;
    Sittings sittings;
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> refusals{0};
    /// Objects and items that appeared since the start, by camera and kind or severity.
    Guarded<std::map<std::pair<CameraId, std::string>, std::uint64_t>> seen_objects;
    Guarded<std::map<std::pair<CameraId, std::string>, std::uint64_t>> seen_items;

    Pool quick{"api-quick", 4, 1024};
    Pool password{"api-password", 2, 32};
    Pool media{"api-media", 4, 1024};
    Pool patient{"api-patient", 2, 256};
};

/// One request that was let in.
struct Call {
    Call(State& shared, Request sent) : state(shared), request(std::move(sent)) {}

    State& state;
    Request request;
    const Route* route = nullptr;
    std::vector<std::string> parameters;
    Query query;
    Json body;
    std::string token;
    identity::Session session;  ///< as it was when the request came; empty on public routes
    registers::SnapshotPtr documents;
    CameraId camera;  ///< of the path, known to exist and to be in the account's scope

    Rooms& rooms() { return state.rooms; }

    const identity::User& user() const { return session.user; }
};

}  // namespace proviso::api
