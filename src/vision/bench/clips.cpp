#include "clips.h"

#include <ctime>

#include <proviso/vision/footage.h>

namespace proviso::vision {
namespace {

constexpr const char* kRate = "-b:v 500k -maxrate 500k -bufsize 500k";
constexpr const char* kShape = "scale=640:360:flags=bicubic,noise=alls=3:allf=t";
constexpr const char* kSource = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

Result<> make(
    const std::filesystem::path& from,
    const std::filesystem::path& to,
    const std::string& filter,
    const std::string& input
) {
    if (std::filesystem::exists(to)) return {};
    auto part = to;
    part += ".part.mp4";
    PROVISO_TRY(
        encode_as_camera(from, part, "-vf \"" + filter + "\" -r 25 " + kRate + " -t 75", 50, input)
    );
    std::filesystem::rename(part, to);
    return {};
}

}  // namespace

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

Result<Clips> make_clips(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    Clips clips{folder / "busy360.mp4", folder / "still360.mp4"};
    PROVISO_TRY(make(
        kSource,
        clips.busy,
        std::string("setpts=N/25/TB,crop=768:432:0:72,trim=duration=60,") + kShape,
        "-stream_loop 2 -r 25"
    ));
    PROVISO_TRY(make(
        kSource,
        clips.still,
        std::string(
            "select=eq(n\\,0),loop=-1:1:0,setpts=N/25/TB,crop=768:432:0:72,trim=duration=60,"
        ) + kShape,
        ""
    ));
    return clips;
}

Result<std::filesystem::path> as_sub_stream(
    const std::filesystem::path& folder, const std::filesystem::path& footage
) {
    std::filesystem::create_directories(folder);
    auto to = folder / (footage.stem().string() + "_sub.mp4");
    PROVISO_TRY(make(footage, to, std::string("fps=25,") + kShape, ""));
    return to;
}

}  // namespace proviso::vision
