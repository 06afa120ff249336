#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

extern "C" {
#include <libavutil/frame.h>
}

#include <proviso/behaviour/accuracy.h>
#include <proviso/vision/footage.h>

#include "clips.h"
#include "detectors.h"
#include "planes.h"
#include "veil_engine.h"

/// Leak rate: how often a person who can be seen is not covered. A person is covered in a picture
/// if at least 80 % of the marked box and at least 95 % of its head (the top 22 % of it, three
/// fifths wide, in the middle) are hidden. Boxes of which less than 40 % can be seen do not count.
namespace proviso::vision {
namespace {

using behaviour::Box;

constexpr float kLeastBox = 0.8F;
constexpr float kLeastHead = 0.95F;
constexpr float kLeastVisible = 0.4F;
constexpr int kGroup = 20;

struct Clip {
    const char* name;
    const char* file;
    const char* truth;  ///< empty: faces of an independent detector are the truth
    double fps;
    int width;
    int height;
};

constexpr Clip kClips[] = {
    {"PETS S2.L1", "pets09_s2l1/view1_0000_0529.avi", "pets09_s2l1/gt.txt", 10, 768, 576},
    {"corridor", "corridor_people.mp4", "corridor_people.gt.txt", 12, 768, 432},
    {"table", "loiter_table.mp4", "loiter_table.gt.txt", 10, 768, 432},
    {"dark (synthetic)", "lowlight_loiter_synth.mp4", "lowlight_loiter_synth.gt.txt", 10, 768, 432},
};

struct Way {
    const char* name;
    milliseconds lookahead;
    bool passes;
};

constexpr Way kWays[] = {
    {"live", kLiveLookahead, false},
    {"export", kArchiveLookahead, true},
};

struct Leak {
    std::size_t pictures = 0;
    std::size_t persons = 0;
    std::size_t leaked = 0;
    std::size_t whole = 0;
    double hidden = 0;           ///< share of the area, sum over pictures
    std::size_t found = 0;       ///< by the independent detector in the output, all
    std::size_t found_open = 0;  ///< less than half hidden, where a person is marked
    std::size_t found_else = 0;  ///< and where none is: its own false alarms
    double milliseconds = 0;
};

std::map<int, std::vector<behaviour::MarkedBox>> marks_of(
    const std::filesystem::path& file, const Clip& clip
) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    std::map<int, std::vector<behaviour::MarkedBox>> all;
    for (auto& mark :
         behaviour::read_marked_boxes(text.str(), clip.width, clip.height, 1).value()) {
        if (mark.visible >= kLeastVisible) all[mark.frame].push_back(mark);
    }
    return all;
}

Box within(const Box& box) {
    auto x0 = std::max(0.0F, box.x);
    auto y0 = std::max(0.0F, box.y);
    return {x0, y0, std::min(1.0F, box.x + box.w) - x0, std::min(1.0F, box.y + box.h) - y0};
}

bool covered(const Cells& mask, const Box& marked) {
    auto box = within(marked);
    Box head{box.x + box.w * 0.2F, box.y, box.w * 0.6F, box.h * 0.22F};
    return mask.covered(box) >= kLeastBox && mask.covered(head) >= kLeastHead;
}

/// Persons that a network, which had no part in the masking, sees in what came out.
void look_at_output(
    const std::vector<media::PacketPtr>& packets,
    const std::map<std::int64_t, Cells>& masks,
    const std::map<int, std::vector<behaviour::MarkedBox>>& marks,
    double fps,
    Detector& detector,
    bool tell,
    Leak& leak
) {
    auto decoder = FrameDecoder::open(packets.front()->codec).value();
    std::shared_ptr<Bytes> narrowed;
    Canvas canvas;
    const std::vector<Box> everywhere = {{0, 0, 1, 1}};
    for (const auto& packet : packets) {
        if (!decoder->send(*packet)) continue;
        while (auto decoded = decoder->take()) {
            canvas.set(planes_of(*decoded->frame, narrowed).value());
            auto found = detector.detect(canvas, everywhere, 0.1);
            for (const auto& one : found.value()) {
                if (one.kind != behaviour::ObjectClass::Person || one.score < detector.score()) {
                    continue;
                }
                ++leak.found;
                auto mask = masks.find(decoded->frame->pts);
                if (mask == masks.end() || mask->second.covered(within(one.box)) < 0.5F) {
                    auto frame =
                        static_cast<int>(std::lround(double(decoded->frame->pts) * fps / 90'000));
                    auto near = marks.find(frame);
                    auto marked = near != marks.end() &&
                                  std::any_of(
                                      near->second.begin(),
                                      near->second.end(),
                                      [&](const auto& mark) {
                                          return behaviour::overlap(mark.box, one.box) > 0.1F;
                                      }
                                  );
                    ++(marked ? leak.found_open : leak.found_else);
                    if (!marked) continue;
                    if (!tell) continue;
                    fmt::print(
                        "    judge: {:.2f} at {:.2f},{:.2f} {:.2f}x{:.2f} in {}\n",
                        one.score,
                        one.box.x,
                        one.box.y,
                        one.box.w,
                        one.box.h,
                        decoded->frame->pts
                    );
                }
            }
        }
    }
}

Leak measure(
    const VeilConfig& config,
    const std::vector<media::PacketPtr>& packets,
    const std::map<int, std::vector<behaviour::MarkedBox>>& marks,
    double fps,
    Detector* judge,
    bool tell
) {
    Leak leak;
    std::map<std::int64_t, Cells> masks;
    auto veil = VeilEngine::create(config).value();
    veil->watch_masks([&](std::int64_t pts, const Cells& mask) {
        auto frame = static_cast<int>(std::lround(double(pts) * fps / 90'000));
        ++leak.pictures;
        leak.hidden += mask.share();
        leak.whole += mask.share() > 0.999F ? 1 : 0;
        if (judge != nullptr) masks[pts] = mask;
        auto found = marks.find(frame);
        if (found == marks.end()) return;
        for (const auto& mark : found->second) {
            ++leak.persons;
            if (covered(mask, mark.box)) continue;
            ++leak.leaked;
            if (!tell) continue;
            fmt::print(
                "    picture {} person {} at {:.0f},{:.0f} {:.0f}x{:.0f}: {:.2f} hidden\n",
                frame,
                mark.id,
                mark.box.x * 768,
                mark.box.y * 576,
                mark.box.w * 768,
                mark.box.h * 576,
                mask.covered(within(mark.box))
            );
        }
    });
    std::vector<media::PacketPtr> out;
    auto collect = [&] {
        while (auto one = veil->next()) {
            if (one->packet) out.push_back(one->packet);
        }
    };
    auto before = cpu_seconds();
    for (const auto& packet : packets) {
        (void)veil->push(*packet);
        collect();
    }
    (void)veil->finish();
    collect();
    leak.milliseconds = (cpu_seconds() - before) * 1000 / double(packets.size());
    if (judge != nullptr) look_at_output(out, masks, marks, fps, *judge, tell, leak);
    return leak;
}

void print(const char* clip, const std::string& model, const char* way, const Leak& leak) {
    fmt::print(
        "  {:<18} {:<26} {:<7} {:>6} of {:>5} {:>9.1f} {:>8.1f}% {:>6} {:>10} {:>7.1f}\n",
        clip,
        model,
        way,
        leak.leaked,
        leak.persons,
        leak.persons == 0 ? 0.0 : double(leak.leaked) * 10'000 / double(leak.persons),
        leak.hidden * 100 / double(leak.pictures),
        leak.whole,
        fmt::format("{}/{}/{}", leak.found_open, leak.found_else, leak.found),
        leak.milliseconds
    );
    std::fflush(stdout);
}

}  // namespace

void bench_veil_leaks(
    const std::filesystem::path& assets,
    const std::filesystem::path& folder,
    const std::function<bool(std::string_view)>& wanted,
    bool tell
) {
    fmt::print(
        "\nLeak rate of the veil (persons of the ground truth that are not covered)\n"
        "  {:<18} {:<26} {:<7} {:>15} {:>9} {:>9} {:>6} {:>10} {:>7}\n",
        "clip",
        "model that masks",
        "path",
        "not covered",
        "in 10,000",
        "hidden",
        "whole",
        "judge*",
        "ms"
    );
    for (const auto& clip : kClips) {
        if (wanted("dark") && clip.name[0] != 'd' && !wanted("judge")) continue;
        auto encoded =
            folder / ("veil_" + std::filesystem::path(clip.file).stem().string() + ".mp4");
        std::filesystem::create_directories(folder);
        if (!std::filesystem::exists(encoded)) {
            auto made =
                encode_as_camera(assets / "footage" / clip.file, encoded, "-crf 18", kGroup);
            if (!made) {
                fmt::print("  {}: {}\n", clip.name, made.error().story());
                continue;
            }
        }
        auto packets = packets_of(encoded).value();
        auto marks = marks_of(assets / "footage" / clip.truth, clip);
        for (const auto* model :
             {kEmbeddedModel,
              "yolo_fastest_1_1_body",
              "person_vehicle_bike_2000",
              "person_vehicle_bike_2002"}) {
            if (!wanted(model)) continue;
            for (const auto& way : kWays) {
                VeilConfig config;
                config.model = model;
                config.face_model = "face_detection_yunet_2022mar";
                config.card_folder = PROVISO_MODEL_CARDS;
                config.model_folder = assets / "models";
                config.lookahead = way.lookahead;
                config.only_groups_that_need_it = way.passes;
                EyeConfig independent;
                independent.model = "yolox_nano_416";
                independent.card_folder = config.card_folder;
                independent.model_folder = config.model_folder;
                auto judge = open_detector(independent);
                auto judged = judge && way.passes && wanted("judge");
                auto leak = measure(
                    config, packets, marks, clip.fps, judged ? judge->get() : nullptr, tell
                );
                print(clip.name, model, way.name, leak);
            }
        }
    }
    fmt::print(
        "  * persons that yolox_nano_416, which masked nothing, finds in the output: less than "
        "half "
        "hidden\n    where a person is marked / elsewhere (its false alarms) / all\n"
    );
}

}  // namespace proviso::vision
