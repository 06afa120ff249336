#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <opencv2/core.hpp>

#include <proviso/vision/footage.h>

#include "clips.h"

/// proviso_vision_bench [cost|recall|detectors|anomalies|health|leaks|veil]...: what looking costs
/// and what it finds, what hiding costs and what it misses ("misses" tells each one). Footage with
/// ground truth is found through $PROVISO_ASSETS; clips are kept in $PROVISO_BENCH_FOLDER.
int main(int argc, char** argv) {
    using namespace proviso::vision;
    cv::setNumThreads(1);
    const char* base = std::getenv("PROVISO_BENCH_FOLDER");
    auto folder =
        std::filesystem::path(base != nullptr ? base : "/var/tmp") / "proviso-vision-clips";
    auto wanted = [&](std::string_view part) {
        for (int i = 1; i < argc; ++i) {
            if (part == argv[i]) return true;
        }
        return argc == 1;
    };
    if (wanted("cost")) {
        auto clips = make_clips(folder);
        if (!clips) {
            fmt::print(stderr, "{}\n", clips.error().story());
            return 1;
        }
        bench_ladder(*clips);
    }
    auto assets = shared_assets();
    // `leaks` and `veil` alone: everything; `veil empty embedded`: that.
    auto only = [&](std::string_view what) { return argc <= 2 || wanted(what); };
    if (wanted("veil")) bench_veil_cost(assets, folder, only);
    auto needs = {"recall", "detectors", "anomalies", "health", "leaks"};
    if (!assets && std::any_of(needs.begin(), needs.end(), wanted)) {
        fmt::print("\nskipped: no shared assets ($PROVISO_ASSETS)\n");
        return 0;
    }
    if (wanted("recall")) bench_recall(*assets, folder);
    if (wanted("detectors")) bench_detectors(*assets);
    if (wanted("anomalies")) bench_anomalies(*assets);
    if (wanted("health")) bench_health(*assets);
    auto each = argc > 2 && wanted("misses");
    if (wanted("leaks")) bench_veil_leaks(*assets, folder, only, each);
    return 0;
}
