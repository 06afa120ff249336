#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <proviso/behaviour/observation.h>
#include <proviso/media/packet.h>

/// Footage for tests and benchmarks: files through libavformat, as packets a camera would send.
namespace proviso::vision {

/// Where the shared footage, faces and models lie ($PROVISO_ASSETS); nothing if they do not.
std::optional<std::filesystem::path> shared_assets();

/// Calls `take` with each access unit of an H.264 or H.265 file. Times begin at `start`.
/// InvalidInput if the file holds no such video.
Result<> play(
    const std::filesystem::path& file,
    const std::function<void(const media::Packet&)>& take,
    Timestamp start = Timestamp(std::chrono::seconds(1'800'000'000))
);

/// All packets of a file.
Result<std::vector<media::PacketPtr>> packets_of(const std::filesystem::path& file);

/// The grey and colour planes of every picture of a file of any codec that libavcodec reads.
struct DecodedPicture {
    int width = 0;
    int height = 0;
    const std::uint8_t* y = nullptr;
    const std::uint8_t* u = nullptr;
    const std::uint8_t* v = nullptr;
    int y_stride = 0;
    int uv_stride = 0;
};

Result<> decode_all(
    const std::filesystem::path& file, const std::function<void(const DecodedPicture&)>& take
);

/// A file of any codec as H.264 without B pictures, a key frame every `group` pictures, as a camera
/// sends it. `filter`: of ffmpeg, may be empty. Uses the ffmpeg program.
Result<> encode_as_camera(
    const std::filesystem::path& from,
    const std::filesystem::path& to,
    const std::string& filter,
    int group,
    const std::string& input_options = {}
);

}  // namespace proviso::vision
