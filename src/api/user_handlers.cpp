#include <algorithm>

#include <fmt/format.h>

#include "handlers.h"
#include "people_json.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

Json user_json(const identity::User& user) {
    Json cameras;
    if (user.cameras) {
        cameras = Json::array();
        for (const auto& camera : *user.cameras) cameras.push_back(camera.text());
    }
    return {
        {"id", user.id.text()},
        {"login", user.login},
        {"role", identity::to_string(user.role)},
        {"cameras", std::move(cameras)},
        {"must_change_password", user.must_change_password},
        {"disabled", user.disabled},
        {"created", to_iso8601(user.created)},
    };
}

Json session_json(const identity::Session& session) {
    return {
        {"user", user_json(session.user)},
        {"csrf", session.csrf},
        {"must_change_password", session.user.must_change_password},
        {"expires", to_iso8601(session.expires)},
    };
}

namespace {

const std::vector<std::string> kRoles{"viewer", "operator", "officer", "auditor", "admin"};
constexpr std::size_t kMostCameras = 10'000;

using Cameras = std::optional<std::vector<CameraId>>;

/// `cameras: null` or absent: all of them. A name that is not on record is a slip of the finger.
Cameras read_cameras(ObjectReader& read, const Call& call) {
    if (!read.has("cameras")) return std::nullopt;
    auto names = read.texts_or_empty("cameras");
    if (names.size() > kMostCameras) read.fail("'cameras' has too many names");
    std::vector<std::string> known;
    for (const auto& [id, camera] : call.documents->cameras) known.push_back(id.text());
    std::vector<CameraId> cameras;
    for (const auto& name : names) {
        auto id = CameraId::parse(name);
        if (!id || !call.documents->cameras.contains(*id)) {
            auto close = nearest(name, known);
            read.fail(
                fmt::format("there is no camera '{}'", name.substr(0, 64)),
                close.empty() ? "see GET /api/cameras" : fmt::format("did you mean '{}'?", close)
            );
            break;
        }
        cameras.push_back(*std::move(id));
    }
    return cameras;
}

Result<identity::User> find_user(Call& call) {
    auto id = UserId::parse(call.parameters.front());
    if (!id) return not_here();
    auto user = PROVISO_TRY(call.rooms().identity.user(*id));
    if (!user) return not_here();
    return *std::move(user);
}

}  // namespace

Result<Response> list_users(Call& call) {
    auto users = PROVISO_TRY(call.rooms().identity.users());
    auto list = Json::array();
    for (const auto& user : users) list.push_back(user_json(user));
    return Response::json(200, {{"users", std::move(list)}});
}

Result<Response> create_user(Call& call) {
    ObjectReader read(call.body, "new user");
    auto login = read.text("login");
    if (login.size() > 128) read.fail("'login' is over 128 bytes");
    auto role_text = read.one_of("role", kRoles);
    auto cameras = read_cameras(read, call);
    PROVISO_TRY(read.finish());
    auto role = PROVISO_TRY(identity::parse_role(role_text));
    auto password = PROVISO_TRY(
        call.rooms().identity.create_user(login, role, std::move(cameras), call.user().id)
    );
    call.state.changes.publish({Topic::Users, Topic::Ledger});
    auto users = PROVISO_TRY(call.rooms().identity.users());
    auto created = std::find_if(users.begin(), users.end(), [&](const auto& user) {
        return user.login == login;
    });
    if (created == users.end()) return Error(ErrorKind::Internal, "the new user is not there");
    return Response::json(201, {{"user", user_json(*created)}, {"one_time_password", password}});
}

Result<Response> update_user(Call& call) {
    auto user = PROVISO_TRY(find_user(call));
    ObjectReader read(call.body, "user");
    auto role_text = read.one_of_or("role", kRoles, std::string(identity::to_string(user.role)));
    auto cameras = read_cameras(read, call);
    if (!call.body.contains("cameras")) cameras = user.cameras;
    auto disabled = read.boolean_or("disabled", user.disabled);
    PROVISO_TRY(read.finish());
    auto role = PROVISO_TRY(identity::parse_role(role_text));
    PROVISO_TRY(call.rooms().identity.update_user(
        user.id, role, std::move(cameras), disabled, call.user().id
    ));
    call.state.presence.end_user(user.id);
    call.state.changes.publish({Topic::Users, Topic::Ledger});
    return Response::json(200, user_json(PROVISO_TRY(find_user(call))));
}

Result<Response> reset_password(Call& call) {
    auto user = PROVISO_TRY(find_user(call));
    auto password = PROVISO_TRY(call.rooms().identity.reset_password(user.id, call.user().id));
    call.state.presence.end_user(user.id);
    call.state.changes.publish({Topic::Users, Topic::Ledger});
    user = PROVISO_TRY(find_user(call));
    return Response::json(200, {{"user", user_json(user)}, {"one_time_password", password}});
}

}  // namespace proviso::api
