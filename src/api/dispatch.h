#pragma once

#include "state.h"
#include "web_files.h"

namespace proviso::api {

/// Takes a request from its head to its answer. Thread-safe; the callbacks come from a worker
/// thread, or at once.
class Dispatcher {
public:
    using Answered = std::function<void(Response)>;
    /// The call that was let in, or the answer that it was not.
    using Admitted = std::function<void(std::shared_ptr<Call>, Response)>;

    Dispatcher(State& state, WebFiles web) : state_(state), web_(std::move(web)) {}

    /// What needs no thinking: web files, unknown paths, wrong methods. Nothing if a route fits,
    /// which is then in `match`.
    std::optional<Response> at_once(const Request& head, Match& match);

    /// Decides from the head alone whether the request may go on, before its body is read.
    void admit(Request head, Match match, const Admitted& then);
    /// Reads query and body strictly and runs the handler.
    void answer(const std::shared_ptr<Call>& call, const Answered& then);

    /// The headers every answer carries, and the promise that only declared statuses leave.
    Response finish(Response response, const Route* route);

    State& state() { return state_; }

private:
    State& state_;
    WebFiles web_;
};

/// Who asks, and may they: session, origin, CSRF token, role, scope, in this order. Public for
/// the tests.
std::optional<Response> authorise(Call& call);

}  // namespace proviso::api
