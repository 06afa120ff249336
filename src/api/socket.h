#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "guests.h"
#include "state.h"
#include "wire.h"

namespace proviso::api {

/// Answers the handshake and carries the channel's messages until either side ends it.
void start_socket(
    Wire wire,
    const beast::http::request<beast::http::string_body>& handshake,
    std::unique_ptr<Channel> channel,
    State& state,
    Guests& guests
);

}  // namespace proviso::api
