#include <fmt/format.h>

#include <proviso/api/server.h>

#include "dispatch.h"
#include "listener.h"
#include "watch.h"

namespace proviso::api {

struct Server::Inside {
    Inside(Rooms rooms, bool tls, std::string metrics_token, WebFiles web)
        : state(std::make_shared<State>(std::move(rooms), tls, std::move(metrics_token))),
          dispatcher(*state, std::move(web)) {}

    std::shared_ptr<State> state;
    Dispatcher dispatcher;
    std::unique_ptr<Listener> listener;
    std::unique_ptr<Watch> watch;
};

Server::Server() = default;

Result<std::unique_ptr<Server>> Server::open(ServerOptions options, Rooms rooms) {
    auto web = PROVISO_TRY(WebFiles::open(options.web));
    std::unique_ptr<Server> server(new Server());
    server->inside_ = std::make_unique<Inside>(
        std::move(rooms), !options.certificate.empty(), options.metrics_token, std::move(web)
    );
    auto& inside = *server->inside_;
    inside.watch = std::make_unique<Watch>(inside.state);
    inside.listener = PROVISO_TRY(Listener::open(options, inside.dispatcher));
    return server;
}

Server::~Server() {
    if (!inside_) return;
    inside_->watch.reset();
    // Requests under way still need the pools, what the pools answer still needs the listener.
    if (inside_->listener) inside_->listener->stop();
    inside_->state->stop();
    inside_->listener.reset();
}

std::uint16_t Server::port() const { return inside_->listener->port(); }

}  // namespace proviso::api
