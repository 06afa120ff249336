#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "dispatch.h"
#include "guests.h"

namespace proviso::api {

/// Serves a connection until it ends; it owns itself. `tls` is null for plain HTTP.
/// A connection too many is closed at once.
void start_connection(
    boost::asio::ip::tcp::socket socket,
    boost::asio::ssl::context* tls,
    Dispatcher& dispatcher,
    Guests& guests
);

}  // namespace proviso::api
