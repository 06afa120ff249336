#pragma once

#include <memory>

#include <proviso/api/server.h>

namespace proviso::api {

class Dispatcher;

/// Accepts connections on a few threads that never block.
class Listener {
public:
    /// InvalidInput if plain HTTP is asked for anywhere but on loopback.
    static Result<std::unique_ptr<Listener>> open(
        const ServerOptions& options, Dispatcher& dispatcher
    );
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

    std::uint16_t port() const;

    /// No new connections; the open ones are ended and waited for. Then nothing calls the
    /// dispatcher any more.
    void stop();

private:
    Listener();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::api
