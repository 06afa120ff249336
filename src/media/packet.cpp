#include <proviso/media/packet.h>

namespace proviso::media {

std::string_view to_string(Codec codec) { return codec == Codec::H264 ? "H.264" : "H.265"; }

std::string_view to_string(StreamKind kind) {
    switch (kind) {
        case StreamKind::Main: return "main";
        case StreamKind::Sub: return "sub";
        case StreamKind::Masked: return "masked";
    }
    return "main";
}

Result<StreamKind> parse_stream_kind(std::string_view text) {
    if (text == "main") return StreamKind::Main;
    if (text == "sub") return StreamKind::Sub;
    if (text == "masked") return StreamKind::Masked;
    return invalid_input("the stream of a camera is not known", "say 'main', 'sub' or 'masked'");
}

}  // namespace proviso::media
