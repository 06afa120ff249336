#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include <benchmark/benchmark.h>

#include <proviso/ledger/memory_ledger.h>
#include <proviso/playback/player.h>
#include <proviso/record/pictures.h>
#include <proviso/record/recorder.h>
#include <proviso/record/test_house.h>

/// From a click on the timeline to the first decrypted fragment, in a catalog of a million
/// segments: ten minutes of one camera are really there, the rest are rows of fifty others.
namespace proviso::playback {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kStart = std::chrono::sys_days(std::chrono::year(2026) / 11 / 1);
constexpr int kCameras = 50;
constexpr int kEach = 20'000;
constexpr int kSeconds = 600;
constexpr std::size_t kPicture = 20'000;  // 4 Mbit/s

class Archive {
public:
    Archive() {
        house_.registers.add_camera(camera_);
        record();
        add_others();
        permit_ = house_.may_view(camera_);
    }

    ~Archive() { std::filesystem::remove_all(folder_); }

    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    /// The bytes of the first picture at `second`; 0 if there is none.
    std::size_t seek(int second) {
        const auto at = kStart + std::chrono::seconds(second) + 300ms;
        const auto reader = player_.read(permit_, {camera_, {}}, at, at + 10s, kStart);
        if (!reader) return 0;
        const auto init = (*reader)->next();
        const auto first = (*reader)->next();
        return init && first && *first ? (**first).bytes.size() : 0;
    }

private:
    void record() {
        record::RecorderOptions options;
        options.folder = house_.recordings();
        auto recorder = record::Recorder::open(
            options, *house_.catalog, *house_.keys, *ledger_, house_.gate, clock_
        );
        if (!recorder || !(*recorder)->start({camera_, {}}, house_.may_capture(camera_))) {
            std::abort();
        }
        record::Pictures pictures(kStart, kPicture);
        for (int i = 0; i < kSeconds * 25; ++i) {
            const auto before = pictures.mono();
            (*recorder)->on_packet({camera_, {}}, pictures.next());
            clock_.advance(pictures.mono() - before);
            if (i % 100 == 99) (*recorder)->settle();
        }
    }

    void add_others() {
        const auto real = house_.catalog->segment_at(camera_, "main", kStart);
        if (!real || !*real) std::abort();
        auto row = **real;
        std::vector<catalog::Segment> batch;
        for (int position = 0; position < kEach; ++position) {
            for (int number = 0; number < kCameras; ++number) {
                row.id = SegmentId::random();
                row.camera = CameraId::literal("other-" + std::to_string(number));
                row.from = kStart + position * 60s;
                row.to = row.from + 60s;
                batch.push_back(row);
            }
            if (batch.size() < 10'000 && position + 1 < kEach) continue;
            if (!house_.catalog->put_all(batch)) std::abort();
            batch.clear();
        }
    }

    const std::filesystem::path folder_ =
        std::filesystem::path("/var/tmp") / ("proviso-bench-" + Uuid::random().text());
    FakeClock clock_{kStart};
    std::unique_ptr<ledger::Ledger> ledger_ = ledger::make_memory_ledger(clock_);
    record::TestHouse house_{folder_, *ledger_, clock_};
    const CameraId camera_ = CameraId::literal("gate");
    Player player_{house_.recordings(), *house_.catalog, *house_.keys, clock_};
    std::shared_ptr<law::Permit<law::View>> permit_;
};

void seek_to_first_fragment(benchmark::State& state) {
    static Archive archive;
    std::mt19937 random(7);
    std::vector<double> taken;
    for (auto _ : state) {
        const auto begun = std::chrono::steady_clock::now();
        if (archive.seek(static_cast<int>(random() % (kSeconds - 10))) < kPicture) {
            return state.SkipWithError("nothing was read");
        }
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begun;
        taken.push_back(took.count());
    }
    std::ranges::sort(taken);
    state.counters["p50_ms"] = taken[taken.size() / 2];
    state.counters["p99_ms"] = taken[taken.size() * 99 / 100];
}

BENCHMARK(seek_to_first_fragment)->Iterations(2000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace proviso::playback
