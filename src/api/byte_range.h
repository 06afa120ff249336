#pragma once

#include <cstdint>
#include <string_view>

namespace proviso::api {

/// What a Range header asks of a file (RFC 9110 section 14).
struct ByteRange {
    bool whole = true;           ///< no range, or one that is to be ignored
    bool unsatisfiable = false;  ///< 416
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

/// One range in bytes is understood; several at once, other units and broken ones are ignored, as
/// the RFC allows, and the whole file is sent.
ByteRange parse_range(std::string_view header, std::uint64_t size);

}  // namespace proviso::api
