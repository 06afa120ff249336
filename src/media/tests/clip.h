#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/media/packet.h>

/// Small real streams, made by ffmpeg when a test first asks for them.
namespace proviso::media::testing {

struct ClipOptions {
    Codec codec = Codec::H264;
    std::string size = "320x180";
    int frames = 50;
    int gop = 10;
    int b_frames = 0;
    std::string extra;
    std::string extension;  ///< "h264", "h265" or "mp4"; empty: the raw stream
    /// "aac", "pcm_mulaw" or "pcm_alaw" (then the extension is "mov"): 1 kHz in the first fifth of
    /// every second, when the picture is white instead of black.
    std::string sound;
};

inline std::filesystem::path clip_folder() {
    static const auto folder = [] {
        auto path =
            std::filesystem::temp_directory_path() / fmt::format("proviso-clips-{}", ::getpid());
        std::filesystem::create_directories(path);
        static const auto remover = [](const std::filesystem::path* kept) {
            std::error_code ignored;
            std::filesystem::remove_all(*kept, ignored);
        };
        static std::filesystem::path kept = path;
        std::atexit([] { remover(&kept); });
        return path;
    }();
    return folder;
}

inline bool have_ffmpeg() { return std::system("ffmpeg -version >/dev/null 2>&1") == 0; }

/// The file, at 25 frames a second; an empty path if ffmpeg failed.
inline std::filesystem::path make_clip(const ClipOptions& options) {
    auto h264 = options.codec == Codec::H264;
    auto extension = !options.extension.empty() ? options.extension : h264 ? "h264" : "h265";
    auto key = fmt::format(
        "{}-{}-{}-{}-{}-{}-{}",
        h264 ? "h264" : "h265",
        options.size,
        options.frames,
        options.gop,
        options.b_frames,
        std::hash<std::string>{}(options.extra),
        options.sound
    );
    auto path = clip_folder() / (key + "." + extension);
    if (std::filesystem::exists(path)) return path;
    auto encoder = h264 ? fmt::format(
                              "-c:v libx264 -preset veryfast -g {} -bf {} -sc_threshold 0 "
                              "-x264-params repeat-headers=1:threads=1",
                              options.gop,
                              options.b_frames
                          )
                        : fmt::format(
                              "-c:v libx265 -preset ultrafast -x265-params keyint={}:min-keyint={}:"
                              "scenecut=0:bframes={}:open-gop=0:repeat-headers=1:log-level=error:"
                              "pools=1",
                              options.gop,
                              options.gop,
                              options.b_frames
                          );
    auto input = fmt::format("-f lavfi -i testsrc2=size={}:rate=25", options.size);
    if (!options.sound.empty()) {
        input = fmt::format(
            "-f lavfi -i \"color=black:size={}:rate=25,"
            "drawbox=w=iw:h=ih:t=fill:c=white:enable='lt(mod(t,1),0.2)'\" "
            "-f lavfi -i \"aevalsrc='if(lt(mod(t,1),0.2),0.5*sin(2*PI*1000*t),0)':s={}\" "
            "-c:a {} -shortest",
            options.size,
            options.sound == "aac" ? 16'000 : 8000,
            options.sound
        );
    }
    auto command = fmt::format(
        "ffmpeg -nostdin -v error -y {} -frames:v {} "
        "-pix_fmt yuv420p {} {} '{}' >/dev/null 2>&1",
        input,
        options.frames,
        encoder,
        options.extra,
        path.string()
    );
    if (std::system(command.c_str()) != 0) return {};
    return path;
}

inline Bytes read_bytes(const std::filesystem::path& path) {
    auto text = read_file(path);
    if (!text) return {};
    auto view = as_bytes(*text);
    return {view.begin(), view.end()};
}

}  // namespace proviso::media::testing

/// A test that needs ffmpeg says so when it is not there.
#define PROVISO_NEEDS_FFMPEG()                                         \
    if (!::proviso::media::testing::have_ffmpeg()) {                   \
        GTEST_SKIP() << "ffmpeg is not installed: apt install ffmpeg"; \
    }
