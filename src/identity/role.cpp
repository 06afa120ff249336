#include <algorithm>
#include <array>

#include <proviso/identity/identity.h>

namespace proviso::identity {

namespace {

constexpr std::array<std::pair<Role, std::string_view>, 5> kRoles{
    {{Role::Viewer, "viewer"},
     {Role::Operator, "operator"},
     {Role::Officer, "officer"},
     {Role::Auditor, "auditor"},
     {Role::Admin, "admin"}}};

}  // namespace

std::string_view to_string(Role role) {
    for (const auto& [value, text] : kRoles) {
        if (value == role) return text;
    }
    return "viewer";
}

Result<Role> parse_role(std::string_view text) {
    for (const auto& [value, known] : kRoles) {
        if (known == text) return value;
    }
    return invalid_input(
        "there is no such role", "use viewer, operator, officer, auditor or admin"
    );
}

bool User::may_see(const CameraId& camera) const {
    return !cameras || std::find(cameras->begin(), cameras->end(), camera) != cameras->end();
}

}  // namespace proviso::identity
