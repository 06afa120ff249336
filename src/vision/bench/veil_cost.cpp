#include <algorithm>
#include <cstdlib>
#include <ctime>

#include <fmt/format.h>
#include <sys/resource.h>

#include <proviso/vision/footage.h>
#include <proviso/vision/veil.h>

#include "clips.h"

/// What hiding costs, next to the usual way: ffmpeg decodes, blurs one box of 200 x 200 pixels that
/// somebody placed, and encodes everything again. Both on one thread, in pairs, CPU time.
namespace proviso::vision {
namespace {

constexpr int kPictures = 1000;
constexpr int kPairs = 3;
constexpr int kQuality = 23;
constexpr const char* kSource = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
constexpr const char* kCamera =
    "-an -c:v libx264 -preset veryfast -profile:v high -bf 0 -refs 1 -g 50 -keyint_min 50 "
    "-sc_threshold 0 -pix_fmt yuv420p -b:v 4M -maxrate 4M -bufsize 4M";
constexpr const char* kShape =
    "crop=768:432:0:72,scale=1920:1080:flags=bicubic,noise=alls=3:allf=t";

bool run(const std::string& command) {
    return std::system(command.c_str()) == 0;  // NOLINT(cert-env33-c): ffmpeg is a program
}

/// The clips as a 1080p camera of 4 Mbit/s sends them: people all the time, and the same place with
/// nobody in it but for a tenth of the time.
bool make(const std::filesystem::path& busy, const std::filesystem::path& empty) {
    auto ffmpeg = "ffmpeg -nostdin -hide_banner -loglevel error -y ";
    if (!std::filesystem::exists(busy)) {
        if (!run(fmt::format(
                "{} -r 25 -stream_loop -1 -i {} -frames:v {} -vf setpts=N/25/TB,{} {} {}",
                ffmpeg,
                kSource,
                kPictures,
                kShape,
                kCamera,
                busy.string()
            ))) {
            return false;
        }
    }
    if (std::filesystem::exists(empty)) return true;
    auto place = empty.string() + ".png";
    return run(fmt::format("{} -i {} -vf tmedian=radius=120 -frames:v 1 {}", ffmpeg, kSource, place)
           ) &&
           run(fmt::format(
               "{} -loop 1 -r 25 -i {} -r 25 -i {} -filter_complex \"[0]trim=end_frame=500,"
               "setpts=N/25/TB[a];[1]trim=end_frame={},setpts=N/25/TB,scale=768:576[b];"
               "[0]trim=end_frame={},setpts=N/25/TB[c];[a][b][c]concat=n=3,{}\" {} {}",
               ffmpeg,
               place,
               kSource,
               kPictures / 10,
               kPictures - 500 - kPictures / 10,
               kShape,
               kCamera,
               empty.string()
           ));
}

double children_cpu() {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    auto seconds = [](const timeval& time) {
        return double(time.tv_sec) + double(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// ms a picture.
double by_ffmpeg(const std::filesystem::path& clip, const std::filesystem::path& folder) {
    auto before = children_cpu();
    if (!run(fmt::format(
            "ffmpeg -nostdin -hide_banner -loglevel error -y -threads 1 -i {} -filter_complex "
            "\"split[a][b];[b]crop=200:200:800:400,boxblur=20:2[c];[a][c]overlay=800:400\" -c:v "
            "libx264 -g 50 -bf 0 -threads 1 -preset ultrafast -crf {} {}",
            clip.string(),
            kQuality,
            (folder / "blurred.mp4").string()
        ))) {
        return 0;
    }
    return (children_cpu() - before) * 1000 / kPictures;
}

struct Veiled {
    double milliseconds = 0;
    std::uint32_t passed = 0;
    std::uint32_t masked = 0;
    std::size_t bytes = 0;
};

Veiled by_veil(const std::vector<media::PacketPtr>& packets, const VeilConfig& config) {
    Veiled result;
    auto before = cpu_seconds();
    auto veil = Veil::open(config).value();
    auto collect = [&] {
        while (auto one = veil->next()) {
            if (one->packet) result.bytes += one->packet->data.size();
            if (!one->record) continue;
            result.passed += one->record->passed;
            result.masked += one->record->masked;
        }
    };
    for (const auto& packet : packets) {
        (void)veil->push(*packet);
        collect();
    }
    (void)veil->finish();
    collect();
    result.milliseconds = (cpu_seconds() - before) * 1000 / double(packets.size());
    return result;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// The first picture of a playback that comes back, with models loaded already; ms of wall clock.
double first_picture(const std::vector<media::PacketPtr>& packets, VeilConfig config) {
    config.lookahead = kLiveLookahead;
    config.only_groups_that_need_it = false;
    auto veil = Veil::open(config).value();
    auto before = std::chrono::steady_clock::now();
    for (const auto& packet : packets) {
        (void)veil->push(*packet);
        if (veil->next()) break;
    }
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before)
        .count();
}

}  // namespace

void bench_veil_cost(
    const std::optional<std::filesystem::path>& assets,
    const std::filesystem::path& folder,
    const std::function<bool(std::string_view)>& wanted
) {
    std::filesystem::create_directories(folder);
    auto busy = folder / "veil_busy1080.mp4";
    auto empty = folder / "veil_empty1080.mp4";
    if (!make(busy, empty)) {
        fmt::print("\nskipped: ffmpeg cannot make the clips (Debian's ffmpeg and opencv-doc)\n");
        return;
    }
    fmt::print(
        "\nHiding, CPU ms a 1080p picture, {} pairs (crf {})\n  {:<14} {:<28} {:>7} {:>8} {:>7} "
        "{:>8} {:>8} {:>9} {:>9}\n",
        kPairs,
        kQuality,
        "clip",
        "model",
        "veil",
        "ffmpeg",
        "ratio",
        "passed",
        "masked",
        "Mbit/s",
        "first ms"
    );
    for (const auto& [name, clip] : {std::pair{"busy", busy}, {"empty", empty}}) {
        if (!wanted(name)) continue;
        auto packets = packets_of(clip).value();
        for (const auto* model :
             {kEmbeddedModel, "yolo_fastest_1_1_body", "person_vehicle_bike_2000"}) {
            if (!wanted(model)) continue;
            VeilConfig config;
            config.model = model;
            config.quality = kQuality;
            config.lookahead = kArchiveLookahead;
            config.only_groups_that_need_it = true;
            config.faces = assets.has_value();
            if (assets) {
                config.face_model = "face_detection_yunet_2022mar";
                config.card_folder = PROVISO_MODEL_CARDS;
                config.model_folder = *assets / "models";
            } else if (config.model != kEmbeddedModel) {
                continue;
            }
            std::vector<double> ours;
            std::vector<double> theirs;
            Veiled last;
            for (int pair = 0; pair < kPairs; ++pair) {
                last = by_veil(packets, config);
                ours.push_back(last.milliseconds);
                theirs.push_back(by_ffmpeg(clip, folder));
            }
            std::vector<double> ratios;
            for (int i = 0; i < kPairs; ++i) {
                ratios.push_back(ours[std::size_t(i)] / theirs[std::size_t(i)]);
            }
            fmt::print(
                "  {:<14} {:<28} {:>7.1f} {:>8.1f} {:>7.2f} {:>8} {:>8} {:>9.2f} {:>9.0f}\n",
                name,
                model,
                median(ours),
                median(theirs),
                median(ratios),
                last.passed,
                last.masked,
                double(last.bytes) * 8 * 25 / double(packets.size()) / 1e6,
                first_picture(packets, config)
            );
            std::fflush(stdout);
        }
    }
}

}  // namespace proviso::vision
