#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <proviso/base/bytes.h>

/// RTSP 1.0 messages (RFC 2326; RFC 7826 where it says the same). Bytes in, values out.
namespace proviso::ingest {

inline constexpr std::size_t kMaxRtspHead = 16'384;
inline constexpr std::size_t kMaxRtspLine = 8192;
inline constexpr std::size_t kMaxRtspHeaders = 64;
inline constexpr std::size_t kMaxRtspBody = 65'536;

/// A response of the camera, or a request that it makes of us.
struct RtspMessage {
    int status = 0;      ///< 0: it is a request
    std::string reason;  ///< of a response; the method of a request
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The value of the first header of that name; nothing if there is none.
    std::optional<std::string_view> header(std::string_view name) const;
};

struct ParsedRtsp {
    RtspMessage message;
    std::size_t size = 0;  ///< bytes it took
};

/// The message at the front of `bytes`; nothing if it is not all there yet. InvalidInput or
/// TooLarge if it can never become one within the limits.
Result<std::optional<ParsedRtsp>> parse_rtsp(ByteView bytes);

}  // namespace proviso::ingest
