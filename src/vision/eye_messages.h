#pragma once

#include <string>
#include <variant>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/face_reader.h>
#include <proviso/workers/channel.h>

/// What the server tells a vision worker, one message a datagram. The worker answers in its ring.
namespace proviso::vision {

inline constexpr std::uint32_t kVisionVersion = 1;

/// Records of the ring to the worker.
enum class PacketRecord : std::uint32_t {
    Parameters = 1,  ///< payload: workers::encode(CodecParameters)
    Picture = 2,     ///< payload: media::Packet::data; rtp and reserved hold the wall clock
};

/// Records of the ring to the server.
enum class AnswerRecord : std::uint32_t {
    Observation = 1,  ///< payload: encode(Observation)
    Picture = 2,      ///< pts: the request; payload: a JPEG, or nothing
    Faces = 3,        ///< pts: the request; payload: encode(FacesRead), or nothing
    Trouble = 4,      ///< payload: why this camera cannot be looked at as it was asked for
};

/// The first message; with it travel the ring to the worker, the ring to the server, and the event
/// descriptors that wake the worker and the server.
struct Greeting {
    std::uint32_t version = kVisionVersion;
};

/// A file that travels as a descriptor, in the order of the message's descriptors.
struct PassedFile {
    std::string name;
    std::uint64_t size = 0;
};

struct StartLook {
    std::uint32_t look = 0;
    EyeConfig config;  ///< without folders and files
    std::vector<PassedFile> files;
};

struct StopLook {
    std::uint32_t look = 0;
};

struct WantPicture {
    std::uint32_t look = 0;
    std::uint64_t request = 0;
    std::uint32_t width = 0;
    std::vector<behaviour::TrackId> highlight;
};

/// The last file is the JPEG.
struct ReadFaces {
    std::uint64_t request = 0;
    FaceReaderConfig config;  ///< without folders and files
    std::vector<PassedFile> files;
};

using EyeMessage = std::variant<Greeting, StartLook, StopLook, WantPicture, ReadFaces>;

Bytes encode(const EyeMessage& message);
Result<EyeMessage> decode_eye_message(ByteView bytes);

}  // namespace proviso::vision
