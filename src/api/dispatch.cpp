#include "dispatch.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <proviso/base/log.h>
#include <proviso/crypto/secret.h>

#include "problem.h"

namespace proviso::api {

namespace {

Response busy() {
    return problem(503, "busy", "too much is being asked at once", "try again in a few seconds");
}

/// "https://host:port" -> its "host:port", if the scheme can be ours.
std::string_view authority_of(std::string_view origin, bool tls) {
    if (origin.starts_with("https://")) return origin.substr(8);
    // Behind a proxy that ends TLS the browser says https while we speak http, never the reverse.
    if (!tls && origin.starts_with("http://")) return origin.substr(7);
    return {};
}

bool same_origin(const Call& call) {
    auto authority = authority_of(call.request.header("origin"), call.state.tls);
    return !authority.empty() && authority == call.request.header("host");
}

Response wrong_origin() {
    return problem(
        403,
        "wrong_origin",
        "the request does not come from this server's own pages",
        "send an Origin header with this server's address"
    );
}

std::optional<Response> check_session(Call& call) {
    auto name = call.state.tls ? "__Host-proviso" : "proviso";
    auto token = call.request.cookie(name);
    if (token.empty()) {
        return problem(401, "unauthorized", "nobody is signed in", "sign in");
    }
    // A page that asks again by itself, with nobody at it, keeps no session from going idle.
    auto background =
        !call.route->unsafe() && call.request.header("x-proviso-background") == "true";
    auto& identity = call.rooms().identity;
    auto session = background ? identity.glance(token) : identity.session(token);
    if (!session) return problem(session.error());
    call.token = token;
    call.session = *std::move(session);
    return std::nullopt;
}

/// A scraper that carries the token of the configuration instead of a session.
std::optional<Response> check_bearer(Call& call) {
    constexpr std::string_view kScheme = "Bearer ";
    auto sent = call.request.header("authorization");
    const auto& token = call.state.metrics_token;
    bool right = !token.empty() && sent.starts_with(kScheme) &&
                 crypto::equal_secret(as_bytes(sent.substr(kScheme.size())), as_bytes(token));
    if (!right) {
        return problem(
            401,
            "unauthorized",
            "this is not the token of the metrics",
            "send the content of metrics.token_file, or sign in"
        );
    }
    call.session.user.id = UserId::literal("u-metrics");
    call.session.user.role = identity::Role::Auditor;
    return std::nullopt;
}

std::optional<Response> check_forgery(const Call& call) {
    if (!call.route->unsafe()) return std::nullopt;
    if (!same_origin(call)) return wrong_origin();
    // A browser cannot put a header on a WebSocket; there the origin and the cookie's SameSite
    // have to do.
    if (call.route->websocket || call.route->roles.is_public()) return std::nullopt;
    auto sent = call.request.header("x-proviso-csrf");
    if (crypto::equal_secret(as_bytes(sent), as_bytes(call.session.csrf))) return std::nullopt;
    return problem(
        403,
        "wrong_csrf",
        "the request does not carry the token of this session",
        "send X-Proviso-Csrf with the csrf value of GET /api/session"
    );
}

std::optional<Response> check_rights(const Call& call) {
    const auto& user = call.user();
    if (user.must_change_password && !call.route->before_password_change) {
        return problem(
            403,
            "password_change_required",
            "the first password must be changed before anything else",
            "change it with POST /api/session/password"
        );
    }
    if (!call.route->roles.has(user.role)) {
        return problem(
            403,
            "forbidden",
            fmt::format("this is not for the role '{}'", identity::to_string(user.role)),
            "ask an administrator"
        );
    }
    if (call.route->scope == Scope::House && user.cameras) {
        return problem(
            403,
            "forbidden",
            "this shows every camera, and the account is limited to some",
            "ask an administrator"
        );
    }
    return std::nullopt;
}

/// Absent and not for this account look the same (API-2).
std::optional<Response> check_camera(Call& call) {
    if (call.route->scope != Scope::Camera) return std::nullopt;
    auto camera = CameraId::parse(call.parameters.front());
    bool visible =
        camera && call.user().may_see(*camera) && call.documents->cameras.contains(*camera);
    if (!visible) return problem(not_here());
    call.camera = *std::move(camera);
    return std::nullopt;
}

bool is_type(std::string_view sent, std::initializer_list<std::string_view> accepted) {
    auto end = std::min(sent.find(';'), sent.size());
    while (end > 0 && sent[end - 1] == ' ') --end;
    std::string type(sent.substr(0, end));
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return std::find(accepted.begin(), accepted.end(), type) != accepted.end();
}

std::optional<Response> check_body_type(const Call& call) {
    auto sent = call.request.header("content-type");
    switch (call.route->body) {
        case BodyType::None: return std::nullopt;
        case BodyType::Json:
            if (is_type(sent, {"application/json"})) return std::nullopt;
            return problem(
                415, "wrong_media_type", "the body must be application/json", "set Content-Type"
            );
        case BodyType::Yaml:
            if (is_type(sent, {"application/yaml", "application/x-yaml", "text/yaml"})) {
                return std::nullopt;
            }
            return problem(
                415, "wrong_media_type", "the body must be application/yaml", "set Content-Type"
            );
    }
    return std::nullopt;
}

Result<Response> handle(Call& call) {
    call.query = PROVISO_TRY(Query::parse(call.request.query, call.route->query));
    if (call.route->body == BodyType::Json) {
        DocumentLimits limits;
        limits.bytes = call.route->body_limit;
        call.body = PROVISO_TRY(parse_json(call.request.body, limits));
        if (!call.body.is_object()) {
            return invalid_input("the body is not a JSON object", "send {...}");
        }
    }
    return call.route->handler(call);
}

}  // namespace

std::optional<Response> authorise(Call& call) {
    call.documents = call.rooms().registers.snapshot();
    if (call.route->roles.is_public()) {
        if (!call.route->secret_link && !same_origin(call)) return wrong_origin();
        return check_body_type(call);
    }
    bool bears = call.route->bearer && !call.request.header("authorization").empty();
    if (auto answer = bears ? check_bearer(call) : check_session(call)) return answer;
    if (auto answer = check_forgery(call)) return answer;
    if (auto answer = check_rights(call)) return answer;
    if (auto answer = check_camera(call)) return answer;
    if (call.route->websocket && !call.request.wants_websocket) {
        return problem(
            426, "upgrade_required", "this address speaks WebSocket", "connect with a WebSocket"
        );
    }
    return check_body_type(call);
}

std::optional<Response> Dispatcher::at_once(const Request& head, Match& match) {
    match = find_route(head.method, head.path);
    if (match.route != nullptr) return std::nullopt;
    if (!match.allowed.empty()) {
        std::string allowed;
        for (auto method : match.allowed) {
            if (!allowed.empty()) allowed += ", ";
            allowed += to_string(method);
        }
        auto response = problem(
            405,
            "method_not_allowed",
            "this address does not take this method",
            fmt::format("use {}", allowed)
        );
        response.set("Allow", allowed);
        return response;
    }
    if (head.path == "/metrics" || head.path == "/api" || head.path.starts_with("/api/")) {
        return problem(not_here());
    }
    return web_.serve(head);
}

void Dispatcher::admit(Request head, Match match, const Admitted& then) {
    ++state_.requests;
    auto call = std::make_shared<Call>(state_, std::move(head));
    call->route = match.route;
    call->parameters = std::move(match.parameters);
    bool queued = state_.quick.post([call, then] {
        auto refusal = authorise(*call);
        if (refusal) return then(nullptr, *std::move(refusal));
        then(call, {});
    });
    if (!queued) then(nullptr, busy());
}

void Dispatcher::answer(const std::shared_ptr<Call>& call, const Answered& then) {
    bool queued = state_.pool(call->route->lane).post([call, then] {
        auto response = handle(*call);
        then(response ? *std::move(response) : problem(response.error()));
    });
    if (!queued) then(busy());
}

Response Dispatcher::finish(Response response, const Route* route) {
    if (route != nullptr) {
        auto declared = route->statuses();
        if (!std::binary_search(declared.begin(), declared.end(), response.status)) {
            log_error("api: {} answered an undeclared {}", route->operation, response.status);
            response = problem(Error(ErrorKind::Internal, "an undeclared status"));
        }
    }
    if (response.status == 403) ++state_.refusals;
    auto has = [&response](std::string_view name) {
        return std::any_of(
            response.headers.begin(),
            response.headers.end(),
            [name](const auto& header) { return header.first == name; }
        );
    };
    if (!has("Content-Security-Policy")) {
        response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
    if (!has("Cache-Control")) response.set("Cache-Control", "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
    response.set("Cross-Origin-Opener-Policy", "same-origin");
    response.set("Cross-Origin-Resource-Policy", "same-origin");
    if (state_.tls) response.set("Strict-Transport-Security", "max-age=31536000");
    return response;
}

}  // namespace proviso::api
