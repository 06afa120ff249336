#pragma once

#include <string>

#include <proviso/base/document.h>
#include <proviso/crypto/hash.h>

/// Reading and writing in the one form that is hashed: nothing is accepted that would be written
/// differently.
namespace proviso::proof {

/// canonical_json(), but floating-point numbers, broken UTF-8 and too much depth are an
/// InvalidInput error: the value may come from outside.
Result<std::string> canonical_text(const Json& value, int most_depth);

/// InvalidInput unless `text` is exactly its own canonical form.
Result<Json> parse_canonical(std::string_view text, const DocumentLimits& limits);

/// 64 lower-case hexadecimal digits.
Result<crypto::Digest> digest_from_hex(std::string_view text);

}  // namespace proviso::proof
