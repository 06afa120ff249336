#pragma once

#include <memory>
#include <string>

#include <proviso/base/document.h>

#include "commands.h"

namespace proviso::app {

/// Speaks to a running server as a signed-in person. Signs out when it goes.
class Client {
public:
    static Result<std::unique_ptr<Client>> sign_in(const Remote& remote);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    /// `path` begins with /api. The body of a 2xx answer; the server's own words otherwise.
    Result<std::string> get(const std::string& path);
    Result<std::string> post(
        const std::string& path, const std::string& body, const std::string& content_type
    );

    static std::string escape(const std::string& text);

private:
    Client();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::app
