#pragma once

#include <proviso/base/document.h>
#include <proviso/identity/identity.h>

namespace proviso::api {

Json user_json(const identity::User& user);
Json session_json(const identity::Session& session);

}  // namespace proviso::api
