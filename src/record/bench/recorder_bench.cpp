#include <cstdlib>
#include <fstream>
#include <thread>

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <proviso/ledger/tile_ledger.h>
#include <proviso/record/pictures.h>
#include <proviso/record/recorder.h>
#include <proviso/record/test_house.h>

/// The whole path from a packet to a sealed, indexed recording, with its real ledger, keys and
/// database on a real disk. CPU is that of the process without making the packets.
namespace proviso::record {
namespace {

using namespace std::chrono_literals;

constexpr int kPicturesPerGroup = 50;
constexpr std::size_t kKeyFrame = 150'000;
constexpr std::size_t kOther = 17'346;  // with 49 of them: 1,000,000 bytes in two seconds

double cpu_of_process() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double cpu_of_thread() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double resident_megabytes() {
    std::ifstream file("/proc/self/statm");
    double size = 0;
    double resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

struct BenchFolder {
    BenchFolder() {
        const char* base = std::getenv("PROVISO_BENCH_FOLDER");
        path = std::filesystem::path(base != nullptr ? base : "/var/tmp") /
               ("proviso-bench-" + Uuid::random().text());
    }

    ~BenchFolder() { std::filesystem::remove_all(path); }

    std::filesystem::path path;
};

struct Feeding {
    CameraId camera;
    std::int64_t dts = 0;
    int picture = 0;
};

media::PacketPtr make_packet(
    Feeding& feeding,
    const std::shared_ptr<const media::CodecParameters>& codec,
    const Bytes& pixels,
    Timestamp wall,
    MonoTime mono
) {
    media::Packet packet;
    packet.codec = codec;
    packet.key_frame = feeding.picture % kPicturesPerGroup == 0;
    packet.dts = packet.pts = feeding.dts;
    packet.wall = wall;
    packet.mono = mono;
    const auto size = static_cast<std::ptrdiff_t>(packet.key_frame ? kKeyFrame : kOther);
    const auto from = pixels.begin() + feeding.picture % 97;
    packet.data.assign(from, from + size);
    feeding.dts += 3600;
    ++feeding.picture;
    return std::make_shared<const media::Packet>(std::move(packet));
}

/// Streams at 4 Mbit/s and 25 pictures a second, as cameras send them: in real time.
void record_streams(benchmark::State& state) {
    const auto streams = static_cast<std::size_t>(state.range(0));
    const auto seconds = state.range(1);
    BenchFolder folder;
    SystemClock clock;
    auto ledger = ledger::open_tile_ledger(
        {.folder = folder.path / "ledger",
         .origin = "bench.invalid/log",
         .signing_key = crypto::SigningKey::generate(),
         .payload_key = crypto::SecretBytes::random(32)},
        clock
    );
    if (!ledger) return state.SkipWithError(ledger.error().story().c_str());
    TestHouse house(folder.path, **ledger, clock);
    RecorderOptions options;
    options.folder = house.recordings();
    auto opened = Recorder::open(options, *house.catalog, *house.keys, **ledger, house.gate, clock);
    if (!opened) return state.SkipWithError(opened.error().story().c_str());
    auto& recorder = **opened;
    const auto codec = Pictures::codec();
    Bytes pixels(kKeyFrame + 100);
    crypto::fill_random(pixels);
    std::vector<Feeding> feeds;
    for (std::size_t i = 0; i < streams; ++i) {
        feeds.push_back({CameraId::literal("camera-" + std::to_string(i)), 0, 0});
        feeds.back().picture = static_cast<int>(i % kPicturesPerGroup);
        house.registers.add_camera(feeds.back().camera);
        if (!recorder.start({feeds.back().camera, {}}, house.may_capture(feeds.back().camera))) {
            return state.SkipWithError("start");
        }
    }
    for (auto _ : state) {
        const auto resident = resident_megabytes();
        const auto cpu = cpu_of_process();
        double making = 0;
        double most_resident = 0;
        double slowest = 0;
        const auto begun = std::chrono::steady_clock::now();
        for (int tick = 0; tick < seconds * 25; ++tick) {
            // The cameras do not all send at once.
            for (std::size_t i = 0; i < streams; ++i) {
                if (i % 10 == 0) {
                    std::this_thread::sleep_until(begun + 40ms * tick + 40ms * i / streams);
                }
                const auto before = cpu_of_thread();
                auto packet = make_packet(feeds[i], codec, pixels, clock.now(), clock.monotonic());
                making += cpu_of_thread() - before;
                const auto handed = std::chrono::steady_clock::now();
                recorder.on_packet({feeds[i].camera, {}}, std::move(packet));
                const std::chrono::duration<double, std::milli> took =
                    std::chrono::steady_clock::now() - handed;
                slowest = std::max(slowest, took.count());
            }
            if (tick % 25 == 0) most_resident = std::max(most_resident, resident_megabytes());
        }
        recorder.settle();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        const auto hours = static_cast<double>(streams) * static_cast<double>(seconds) / 3600;
        state.SetIterationTime(took.count());
        state.counters["cpu_s_per_stream_hour"] = (cpu_of_process() - cpu - making) / hours;
        state.counters["rss_mb_per_stream"] =
            (most_resident - resident) / static_cast<double>(streams);
        state.counters["slowest_on_packet_ms"] = slowest;
        std::uint64_t dropped = 0;
        for (const auto& status : recorder.status()) dropped += status.dropped_packets;
        // Each stream waits for its first key frame; that is no loss.
        std::uint64_t before_key = 0;
        for (std::size_t i = 0; i < streams; ++i) {
            before_key += static_cast<std::uint64_t>(
                (kPicturesPerGroup - static_cast<int>(i % kPicturesPerGroup)) % kPicturesPerGroup
            );
        }
        state.counters["lost_pictures"] =
            static_cast<double>(dropped) - static_cast<double>(before_key);
        state.counters["behind_s"] = took.count() - static_cast<double>(seconds);
    }
}

BENCHMARK(record_streams)
    ->Args({20, 30})
    ->Args({100, 30})
    ->Args({300, 30})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace proviso::record
