#include <proviso/media/packet.h>

namespace proviso::media {

std::string_view to_string(Codec codec) { return codec == Codec::H264 ? "H.264" : "H.265"; }

std::string_view to_string(StreamKind kind) { return kind == StreamKind::Main ? "main" : "sub"; }

Result<StreamKind> parse_stream_kind(std::string_view text) {
    if (text == "main") return StreamKind::Main;
    if (text == "sub") return StreamKind::Sub;
    return invalid_input("the stream of a camera is not known", "say 'main' or 'sub'");
}

}  // namespace proviso::media
