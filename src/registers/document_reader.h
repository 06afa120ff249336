#pragma once

#include <string>
#include <variant>

#include <proviso/base/document.h>
#include <proviso/registers/documents.h>

namespace proviso::registers {

/// What a camera's document says of its password.
struct PasswordWish {
    std::string given;  ///< new one, in clear; wiped by who seals it
    bool set = false;   ///< `password_set: true`: keep the one there is
};

struct CameraDocument {
    Camera camera;
    PasswordWish password;
};

using Document = std::variant<Site, CameraDocument, Purpose, Record>;

/// One document, checked in itself; references are not. `where` begins the errors ("document 2").
Result<Document> read_document(const Json& json, std::string_view where);

/// The form that is shown, compared, hashed and applied again: without secrets, defaults spelled
/// out, fractions with at most six places.
Json to_json(const Site& site);
Json to_json(const Camera& camera);
Json to_json(const Purpose& purpose);
Json to_json(const Record& record);

/// "kind" and "name" first, then the rest, as YAML.
std::string to_document_yaml(const Json& json);

/// SHA-256 of the canonical form, hexadecimal.
std::string digest_of(const Json& json);

}  // namespace proviso::registers
