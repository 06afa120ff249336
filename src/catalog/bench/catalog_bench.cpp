// The questions of a timeline to a catalog of a million segments: fifty cameras, a minute a
// segment, two weeks. Percentiles stand in the counters, in microseconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include <benchmark/benchmark.h>

#include <proviso/catalog/catalog.h>

namespace proviso::catalog {

namespace {

using namespace std::chrono_literals;

constexpr int kCameras = 50;
constexpr int kEach = 20'000;
constexpr microseconds kLength = 1min;
const Timestamp kStart = Timestamp(microseconds(1'790'000'000'000'000));

CameraId camera(int number) { return CameraId::literal("camera-" + std::to_string(number)); }

Segment make(int number, int position, const std::string& index) {
    Segment segment;
    segment.id = SegmentId::random();
    segment.camera = camera(number);
    segment.stream = "main";
    segment.state = SegmentState::Closed;
    segment.from = kStart + position * kLength;
    segment.to = segment.from + kLength;
    segment.file = segment.camera.text() + "/2026-11-22/" + segment.id.text() + ".pvs";
    segment.key_id = segment.camera.text() + "/2026-11-22/0badcafe";
    segment.bytes = 30'000'000;
    segment.fragments = 120;
    segment.codec = "avc1.64001f";
    segment.width = 1920;
    segment.height = 1080;
    segment.root = std::string(64, 'a');
    segment.decision = 42;
    segment.leaf = 1;
    segment.index = index;
    return segment;
}

std::string index_of_120() {
    std::vector<IndexedFragment> fragments(120);
    std::mt19937 random(7);
    IndexedFragment next;
    for (auto& fragment : fragments) {
        next.sealed_size = 200'000 + random() % 100'000;
        next.duration = 45'000;
        next.key_frame = !next.key_frame;
        fragment = next;
        next.offset += next.sealed_size + 96;
        next.base_decode_time += next.duration;
        next.wall_start_us += 500'000 + static_cast<int>(random() % 2000) - 1000;
    }
    return pack_index(fragments);
}

/// A million segments, built once; removed at the end of the program.
class Million {
public:
    Million() {
        std::string pattern = "/var/tmp/proviso-bench-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) std::abort();
        folder_ = pattern;
        database_ = must(store::Database::open("sqlite:" + (folder_ / "bench.db").string()));
        catalog_ = must(Catalog::open(*database_));
        auto began = std::chrono::steady_clock::now();
        auto index = index_of_120();
        for (int position = 0; position < kEach; position += 200) {
            std::vector<Segment> batch;
            for (int number = 0; number < kCameras; ++number) {
                for (int i = 0; i < 200; ++i) batch.push_back(make(number, position + i, index));
            }
            if (!catalog_->put_all(batch)) std::abort();
        }
        std::printf(
            "built %d segments in %.1f s, %.0f MB\n",
            kCameras * kEach,
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
            static_cast<double>(std::filesystem::file_size(folder_ / "bench.db")) / 1e6
        );
    }

    Million(const Million&) = delete;
    Million& operator=(const Million&) = delete;

    ~Million() {
        catalog_.reset();
        database_.reset();
        std::filesystem::remove_all(folder_);
    }

    Catalog& catalog() { return *catalog_; }

private:
    template <class T>
    static T must(Result<T> result) {
        if (!result) {
            std::fprintf(stderr, "%s\n", result.error().story().c_str());
            std::abort();
        }
        return std::move(result).value();
    }

    std::filesystem::path folder_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<Catalog> catalog_;
};

Catalog& catalog() {
    static Million million;
    return million.catalog();
}

/// Times each call of `ask` and states the percentiles.
template <class F>
void measure(benchmark::State& state, F ask) {
    auto& all = catalog();
    std::mt19937 random(42);
    std::vector<double> microseconds_taken;
    for (auto _ : state) {
        auto number = static_cast<int>(random() % kCameras);
        auto moment = kStart + static_cast<int>(random() % kEach) * kLength + 30s;
        auto began = std::chrono::steady_clock::now();
        if (!ask(all, camera(number), moment)) {
            state.SkipWithError("no answer");
            return;
        }
        microseconds_taken.push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began)
                .count()
        );
    }
    std::sort(microseconds_taken.begin(), microseconds_taken.end());
    auto at = [&](double share) {
        return microseconds_taken[static_cast<std::size_t>(
            share * static_cast<double>(microseconds_taken.size() - 1)
        )];
    };
    state.counters["p50_us"] = at(0.5);
    state.counters["p99_us"] = at(0.99);
    state.counters["max_us"] = at(1);
}

void seek(benchmark::State& state) {
    measure(state, [](Catalog& all, const CameraId& camera, Timestamp moment) {
        auto found = all.segment_at(camera, "main", moment);
        return found && *found && unpack_index((*found)->index);
    });
}

void list_one_hour(benchmark::State& state) {
    measure(state, [](Catalog& all, const CameraId& camera, Timestamp moment) {
        return bool(all.segments(camera, "main", moment, moment + 1h, 1000, false));
    });
}

void list_one_day(benchmark::State& state) {
    measure(state, [](Catalog& all, const CameraId& camera, Timestamp moment) {
        return bool(all.segments(camera, "main", moment, moment + 24h, 2000, false));
    });
}

void days_of_a_month(benchmark::State& state) {
    measure(state, [](Catalog& all, const CameraId& camera, Timestamp moment) {
        return bool(all.days(camera, "main", moment - 24h * 30, moment));
    });
}

void usage(benchmark::State& state) {
    measure(state, [](Catalog& all, const CameraId&, Timestamp) { return bool(all.usage()); });
}

void oldest(benchmark::State& state) {
    measure(state, [](Catalog& all, const CameraId& camera, Timestamp moment) {
        return bool(all.oldest(camera, moment, 100));
    });
}

/// What 300 recording streams write in one second.
void put_300_open(benchmark::State& state) {
    std::vector<Segment> open;
    for (int i = 0; i < 300; ++i) {
        open.push_back(make(i, kEach + 10, ""));
        open.back().state = SegmentState::Open;
    }
    std::vector<SegmentId> ids;
    for (const auto& segment : open) ids.push_back(segment.id);
    measure(state, [&](Catalog& all, const CameraId&, Timestamp) {
        for (auto& segment : open) segment.to += 1s;
        return bool(all.put_all(open));
    });
    if (!catalog().erase(ids)) state.SkipWithError("not erased");
}

BENCHMARK(seek)->Unit(benchmark::kMicrosecond);
BENCHMARK(list_one_hour)->Unit(benchmark::kMicrosecond);
BENCHMARK(list_one_day)->Unit(benchmark::kMicrosecond);
BENCHMARK(days_of_a_month)->Unit(benchmark::kMicrosecond);
BENCHMARK(usage)->Unit(benchmark::kMicrosecond);
BENCHMARK(oldest)->Unit(benchmark::kMicrosecond);
BENCHMARK(put_300_open)->Unit(benchmark::kMicrosecond);

}  // namespace

}  // namespace proviso::catalog
