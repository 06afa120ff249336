#pragma once

#include <proviso/ingest/source.h>

namespace proviso::ingest {

enum class Scheme { Rtsp, Rtsps, File };

/// A source URL in its parts, without credentials.
struct SourceUrl {
    Scheme scheme = Scheme::Rtsp;
    std::string host;  ///< a name or an address, IPv6 without brackets
    std::uint16_t port = 554;
    std::string request;  ///< the whole URL as it is sent to the camera
    std::string path;     ///< of a file
};

/// InvalidInput, which never repeats the URL, for anything else than the three kinds, for control
/// characters and for what is too long.
Result<SourceUrl> parse_url(std::string_view url);

}  // namespace proviso::ingest
