#include <fmt/format.h>

#include "handlers.h"
#include "people_json.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

namespace {

constexpr std::size_t kLongestLogin = 128;
constexpr std::size_t kLongestPassword = 1024;

std::string cookie(bool tls, std::string_view token) {
    // No Max-Age: the cookie goes with the browser; the server's own limits end it before.
    return fmt::format(
        "{}={}; Path=/; HttpOnly; SameSite=Strict{}{}",
        tls ? "__Host-proviso" : "proviso",
        token,
        tls ? "; Secure" : "",
        token.empty() ? "; Max-Age=0" : ""
    );
}

std::string short_text(ObjectReader& read, std::string_view key, std::size_t most) {
    auto value = read.text(key);
    if (value.size() > most) read.fail(fmt::format("'{}' is over {} bytes", key, most));
    return value;
}

/// The account waits after too many failures: identity says so with Forbidden.
Result<Response> or_too_many(Error error) {
    if (error.kind() != ErrorKind::Forbidden) return error;
    return problem(429, "too_many", error.message(), error.next_step());
}

}  // namespace

Result<Response> sign_in(Call& call) {
    ObjectReader read(call.body, "sign-in");
    auto login = short_text(read, "login", kLongestLogin);
    auto password = short_text(read, "password", kLongestPassword);
    PROVISO_TRY(read.finish());
    auto signed_in = call.rooms().identity.sign_in(login, password);
    if (!signed_in) return or_too_many(std::move(signed_in).error());
    auto response = Response::json(200, session_json(signed_in->session));
    response.set("Set-Cookie", cookie(call.state.tls, signed_in->token));
    return response;
}

Result<Response> get_session(Call& call) { return Response::json(200, session_json(call.session)); }

Result<Response> sign_out(Call& call) {
    PROVISO_TRY(call.rooms().identity.sign_out(call.token));
    call.state.presence.end_session(call.token);
    auto response = Response::nothing();
    response.set("Set-Cookie", cookie(call.state.tls, {}));
    return response;
}

Result<Response> change_password(Call& call) {
    ObjectReader read(call.body, "password change");
    auto before = short_text(read, "old_password", kLongestPassword);
    auto after = short_text(read, "new_password", kLongestPassword);
    PROVISO_TRY(read.finish());
    auto changed = call.rooms().identity.change_password(call.token, before, after);
    if (!changed) return or_too_many(std::move(changed).error());
    call.state.presence.end_user(call.user().id, call.token);
    call.state.changes.publish({Topic::Users});
    auto session = PROVISO_TRY(call.rooms().identity.session(call.token));
    return Response::json(200, session_json(session));
}

}  // namespace proviso::api
