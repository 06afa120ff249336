#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/identity/identity.h>

#include "http.h"

namespace proviso::api {

struct Call;

/// Which roles a route is for.
class Roles {
public:
    constexpr Roles() = default;

    constexpr Roles(std::initializer_list<identity::Role> roles) {
        for (auto role : roles) bits_ |= 1U << static_cast<unsigned>(role);
    }

    constexpr bool has(identity::Role role) const {
        return (bits_ & (1U << static_cast<unsigned>(role))) != 0;
    }

    constexpr bool is_public() const { return bits_ == 0; }

private:
    unsigned bits_ = 0;
};

/// How a route keeps to the cameras of an account.
enum class Scope {
    None,      ///< it says nothing about cameras
    Camera,    ///< {camera} in the path: one outside the account does not exist
    Filtered,  ///< the handler leaves out what the account may not see
    House,     ///< it cannot be narrowed: only for accounts that may see every camera
};

std::string_view to_string(Scope scope);

/// Which worker threads run it, so that no kind of work starves another.
enum class Lane {
    Quick,     ///< short reads and writes
    Password,  ///< hashes passwords: 64 MiB and a tenth of a second each
    Media,     ///< reads and decrypts recordings
    Patient,   ///< waits for the next checkpoint
};

enum class BodyType { None, Json, Yaml };

using Handler = Result<Response> (*)(Call&);

/// One line of the table: the router, the contract test and the role walk are made from it, and
/// what is not in it does not exist (API-1).
struct Route {
    Method method = Method::Get;
    std::string_view pattern;              ///< "/api/cameras/{camera}"
    std::vector<std::string_view> pieces;  ///< the pattern at its slashes
    std::string_view operation;            ///< operationId in openapi.yaml
    Roles roles;                           ///< none: public
    Scope scope = Scope::None;
    Handler handler = nullptr;
    int success = 200;
    std::vector<std::string> query;  ///< names it knows
    BodyType body = BodyType::None;
    std::size_t body_limit = 0;
    std::string_view ledger;  ///< the entry that is durable before the answer begins
    std::vector<int> also;    ///< answers beyond those of every route of its shape
    Lane lane = Lane::Quick;
    bool websocket = false;
    /// Opened by the secret in its address and by nothing else: for programs that cannot sign in.
    bool secret_link = false;
    bool before_password_change = false;  ///< works while the first password is in force
    bool bearer = false;                  ///< also with the metrics token instead of a session

    /// Anything but GET, and a WebSocket: a page of another origin must not reach it.
    bool unsafe() const { return method != Method::Get || websocket; }

    /// Every status this route may answer with, sorted; another one is our mistake (API-4).
    std::vector<int> statuses() const;
};

std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;         ///< null: none
    std::vector<std::string> parameters;  ///< decoded, in the order of the pattern
    std::vector<Method> allowed;          ///< when only the method is wrong
};

Match find_route(Method method, std::string_view path);

}  // namespace proviso::api
