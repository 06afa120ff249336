#include "strict.h"

#include <algorithm>

namespace proviso::proof {

namespace {

Result<> check_value(const Json& value, int depth_left) {
    if (value.is_number_float()) {
        return invalid_input("a number is not whole", "write it in a smaller unit");
    }
    if (!value.is_structured()) return {};
    if (depth_left <= 0) return invalid_input("the document is nested too deep");
    for (const auto& child : value) PROVISO_TRY(check_value(child, depth_left - 1));
    return {};
}

}  // namespace

Result<std::string> canonical_text(const Json& value, int most_depth) {
    PROVISO_TRY(check_value(value, most_depth));
    try {
        return canonical_json(value);
    } catch (const Json::type_error&) {
        return invalid_input("a text is not valid UTF-8");
    }
}

Result<Json> parse_canonical(std::string_view text, const DocumentLimits& limits) {
    auto json = PROVISO_TRY(parse_json(text, limits));
    if (PROVISO_TRY(canonical_text(json, limits.depth)) != text) {
        return invalid_input("not in canonical form");
    }
    return json;
}

Result<crypto::Digest> digest_from_hex(std::string_view text) {
    crypto::Digest digest{};
    auto bytes = PROVISO_TRY(from_hex(text));
    if (bytes.size() != digest.size()) return invalid_input("a digest has 64 hexadecimal digits");
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

}  // namespace proviso::proof
