#include "eye_messages.h"

#include <proviso/workers/messages.h>

namespace proviso::vision {
namespace {

using behaviour::ObjectClass;
using workers::Fields;
using workers::put_fraction;
using workers::put_text;

constexpr std::uint8_t kGreeting = 1;
constexpr std::uint8_t kStart = 2;
constexpr std::uint8_t kStop = 3;
constexpr std::uint8_t kPicture = 4;
constexpr std::uint8_t kFaces = 5;
constexpr std::uint32_t kMostHighlights = 256;
constexpr std::uint32_t kMostPolygons = 32;
constexpr std::uint32_t kMostCorners = 64;

void put(ByteWriter& write, const std::vector<PassedFile>& files) {
    write.u32(static_cast<std::uint32_t>(files.size()));
    for (const auto& file : files) {
        put_text(write, file.name);
        write.u64(file.size);
    }
}

std::vector<PassedFile> files_of(Fields& read) {
    std::vector<PassedFile> files(read.count(workers::kMaxFds));
    for (auto& file : files) {
        file.name = read.text(255);
        file.size = read->u64();
    }
    return files;
}

void put(ByteWriter& write, const EyeConfig& config) {
    put_text(write, config.model);
    put_text(write, config.face_model);
    put_text(write, config.embedding_model);
    write.u32(static_cast<std::uint32_t>(config.classes.size()));
    for (auto kind : config.classes) write.u8(static_cast<std::uint8_t>(kind));
    put_fraction(write, config.min_score);
    for (bool flag :
         {config.detect, config.faces, config.embed, config.static_objects, config.health}) {
        write.u8(flag ? 1 : 0);
    }
    write.u8(static_cast<std::uint8_t>(config.max_fps));
    write.u32(static_cast<std::uint32_t>(config.privacy_masks.size()));
    for (const auto& mask : config.privacy_masks) {
        write.u32(static_cast<std::uint32_t>(mask.size()));
        for (const auto& point : mask) {
            put_fraction(write, point.x);
            put_fraction(write, point.y);
        }
    }
}

EyeConfig config_of(Fields& read) {
    EyeConfig config;
    config.model = read.text(64);
    config.face_model = read.text(64);
    config.embedding_model = read.text(64);
    config.classes.resize(read.count(16));
    for (auto& kind : config.classes) {
        kind = ObjectClass(read.number(static_cast<std::uint8_t>(ObjectClass::Other)));
    }
    config.min_score = read.fraction(0, 1);
    for (auto* flag :
         {&config.detect, &config.faces, &config.embed, &config.static_objects, &config.health}) {
        *flag = read.flag();
    }
    config.max_fps = read.number(60);
    config.privacy_masks.resize(read.count(kMostPolygons));
    for (auto& mask : config.privacy_masks) {
        mask.resize(read.count(kMostCorners));
        for (auto& point : mask) {
            point.x = read.fraction(0, 1);
            point.y = read.fraction(0, 1);
        }
    }
    return config;
}

struct Encoder {
    ByteWriter& write;

    void operator()(const Greeting& greeting) const { write.u8(kGreeting).u32(greeting.version); }

    void operator()(const StartLook& start) const {
        write.u8(kStart).u32(start.look);
        put(write, start.config);
        put(write, start.files);
    }

    void operator()(const StopLook& stop) const { write.u8(kStop).u32(stop.look); }

    void operator()(const WantPicture& want) const {
        write.u8(kPicture).u32(want.look).u64(want.request).u32(want.width);
        auto count = std::min<std::size_t>(want.highlight.size(), kMostHighlights);
        write.u32(static_cast<std::uint32_t>(count));
        for (std::size_t i = 0; i < count; ++i) write.u64(want.highlight[i]);
    }

    void operator()(const ReadFaces& faces) const {
        write.u8(kFaces).u64(faces.request);
        put_text(write, faces.config.detector);
        put_text(write, faces.config.embedder);
        put_fraction(write, faces.config.min_score);
        put(write, faces.files);
    }
};

EyeMessage start_of(Fields& read) {
    StartLook start;
    start.look = read->u32();
    start.config = config_of(read);
    start.files = files_of(read);
    return start;
}

EyeMessage picture_of(Fields& read) {
    WantPicture want;
    want.look = read->u32();
    want.request = read->u64();
    want.width = read.count(8192);
    want.highlight.resize(read.count(kMostHighlights));
    for (auto& id : want.highlight) id = read->u64();
    return want;
}

EyeMessage faces_of(Fields& read) {
    ReadFaces faces;
    faces.request = read->u64();
    faces.config.detector = read.text(64);
    faces.config.embedder = read.text(64);
    faces.config.min_score = read.fraction(0, 1);
    faces.files = files_of(read);
    return faces;
}

}  // namespace

Bytes encode(const EyeMessage& message) {
    Bytes out;
    ByteWriter write(out);
    std::visit(Encoder{write}, message);
    return out;
}

Result<EyeMessage> decode_eye_message(ByteView bytes) {
    Fields read(bytes);
    EyeMessage message;
    switch (read->u8()) {
        case kGreeting: message = Greeting{read->u32()}; break;
        case kStart: message = start_of(read); break;
        case kStop: message = StopLook{read->u32()}; break;
        case kPicture: message = picture_of(read); break;
        case kFaces: message = faces_of(read); break;
        default: return workers::malformed();
    }
    if (!read.finished()) return workers::malformed();
    return message;
}

}  // namespace proviso::vision
