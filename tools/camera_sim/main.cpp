#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

extern "C" {
#include <libavutil/log.h>
}

#include "server.h"

namespace proviso::camera_sim {
namespace {

std::atomic<bool> stopping{false};

std::atomic<bool> covered_now{false};

/// A clip to show in the place of another, picture by picture.
Result<> cover(Options& options, const std::string& mount) {
    auto mark = mount.find('=');
    auto camera = mount.substr(0, mark);
    auto clip = options.clips.find(camera.substr(0, camera.find('/')));
    if (mark == std::string::npos || clip == options.clips.end()) {
        return invalid_input("what covers a camera is given as NAME/NUMBER=FILE");
    }
    auto covered = PROVISO_TRY(load_clip(mount.substr(mark + 1)));
    auto keys = [](const Frame& a, const Frame& b) { return a.key_frame == b.key_frame; };
    if (!std::ranges::equal(clip->second->frames, covered->frames, keys)) {
        return invalid_input(
            camera + ": what covers it has other frames than its clip",
            "encode both with the same fixed distance of key frames"
        );
    }
    options.covered[camera] = std::move(covered);
    return {};
}

Result<> run(
    Options options, const std::vector<std::string>& mounts, const std::vector<std::string>& covers
) {
    for (const auto& mount : mounts) {
        auto mark = mount.find('=');
        if (mark == std::string::npos || mark == 0) {
            return invalid_input("a clip is given as NAME=FILE, e.g. yard=yard.mp4");
        }
        options.clips[mount.substr(0, mark)] = PROVISO_TRY(load_clip(mount.substr(mark + 1)));
    }
    for (const auto& mount : covers) PROVISO_TRY(cover(options, mount));
    options.covered_now = &covered_now;
    return serve(options, stopping);
}

int main_of_sim(int argc, char** argv) {
    CLI::App app{
        "Simulates IP cameras: rtsp://ADDRESS:PORT/NAME/0, /NAME/1, ... each play the clip NAME "
        "in real time and without end, every number at another place in it."};
    Options options;
    std::vector<std::string> mounts;
    app.add_option("clips", mounts, "NAME=FILE of H.264 or H.265 video")->required();
    app.add_option("--bind", options.bind, "address to listen on")->capture_default_str();
    app.add_option("--port", options.port, "port to listen on, 0 for any")->capture_default_str();
    std::map<std::string, Auth> kinds{
        {"none", Auth::None},
        {"basic", Auth::Basic},
        {"digest", Auth::Digest},
        {"digest-sha256", Auth::DigestSha256}};
    app.add_option("--auth", options.auth, "none, basic, digest or digest-sha256")
        ->transform(CLI::CheckedTransformer(kinds));
    app.add_option("--user", options.user)->capture_default_str();
    app.add_option("--password", options.password)->capture_default_str();
    bool no_sets = false;
    app.add_flag("--no-sprop", no_sets, "parameter sets only in the stream");
    app.add_flag("--split", options.split_writes, "one write for every RTP packet");
    app.add_option("--drop-every", options.drop_every, "close connections after so many seconds");
    app.add_option("--gap-every", options.gap_every, "leave out every n-th RTP packet");
    app.add_option("--jump-every", options.jump_every, "RTP time jumps an hour, in seconds");
    app.add_option("--stall-every", options.stall_every, "stop sending every so many seconds");
    app.add_option("--stall-for", options.stall_for, "for so many seconds");
    std::vector<std::string> covers;
    app.add_option("--cover", covers, "NAME/NUMBER=FILE: what that camera shows while covered");
    app.add_option("--cover-every", options.cover_every, "covered once in so many seconds")
        ->capture_default_str();
    app.add_option("--cover-for", options.cover_for, "for so many; SIGUSR1 covers and uncovers");
    app.add_flag("--sound", options.sound, "offer the clips' AAC or G.711 sound as a second track");
    app.add_flag("--report-setups", options.report_setups, "print every track that is set up");
    app.add_option(
        "--sound-garbage-at", options.sound_garbage_at, "seconds until the sound is garbage"
    );
    app.add_option("--stale-every", options.stale_every, "every n-th nonce is too old");
    CLI11_PARSE(app, argc, argv);
    options.sets_in_description = !no_sets;

    av_log_set_level(AV_LOG_ERROR);
    for (auto signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { stopping = true; });
    std::signal(SIGUSR1, [](int) { covered_now = !covered_now; });
    std::signal(SIGPIPE, SIG_IGN);
    auto result = run(std::move(options), mounts, covers);
    if (result) return 0;
    fmt::print(stderr, "{}\n{}\n", result.error().story(), result.error().next_step());
    return 1;
}

}  // namespace
}  // namespace proviso::camera_sim

int main(int argc, char** argv) { return proviso::camera_sim::main_of_sim(argc, argv); }
