#include <filesystem>

#include <benchmark/benchmark.h>

#include <proviso/base/id.h>
#include <proviso/ledger/tile_ledger.h>

namespace proviso::ledger {
namespace {

namespace fs = std::filesystem;

/// A ledger in a folder of the working directory, so that a real disk is measured and not a tmpfs.
class OnDisk {
public:
    OnDisk()
        : folder_(fs::current_path() / ("ledger-bench-" + Uuid::random().text())),
          ledger_(open_tile_ledger(
                      {folder_,
                       "proviso.example/bench",
                       crypto::SigningKey::generate(),
                       crypto::SecretBytes::random(32),
                       milliseconds(1000)},
                      clock_
          )
                      .value()) {}

    OnDisk(const OnDisk&) = delete;
    OnDisk& operator=(const OnDisk&) = delete;

    ~OnDisk() {
        ledger_.reset();
        fs::remove_all(folder_);
    }

    Ledger& ledger() { return *ledger_; }

private:
    SystemClock clock_;
    fs::path folder_;
    std::unique_ptr<Ledger> ledger_;
};

Draft draft() {
    return {
        "segment.closed",
        Json{
            {"segment", "000102030405060708090a0b0c0d0e0f"},
            {"camera", "gate-1"},
            {"fragments", 120},
            {"root", std::string(64, 'a')}},
        nullptr};
}

OnDisk* shared = nullptr;

/// Each thread appends one entry at a time and waits until it is durable.
void append_durably(benchmark::State& state) {
    if (state.thread_index() == 0) shared = std::make_unique<OnDisk>().release();
    for (auto _ : state) {
        if (!shared->ledger().append(draft())) state.SkipWithError("append failed");
    }
    state.SetItemsProcessed(state.iterations());
    if (state.thread_index() == 0) std::unique_ptr<OnDisk>(shared).reset();
}

BENCHMARK(append_durably)->Threads(1)->Threads(16)->Threads(256)->UseRealTime();

void append_batches(benchmark::State& state) {
    OnDisk on_disk;
    auto count = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        if (!on_disk.ledger().append_all(std::vector<Draft>(count, draft()))) {
            state.SkipWithError("append failed");
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(append_batches)->Arg(16)->Arg(256)->UseRealTime();

void prove_inclusion(benchmark::State& state) {
    OnDisk on_disk;
    for (int i = 0; i < 100; ++i) {
        if (!on_disk.ledger().append_all(std::vector<Draft>(1000, draft()))) {
            state.SkipWithError("append failed");
        }
    }
    std::uint64_t index = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(on_disk.ledger().prove(index % 100'000).has_value());
        index += 7919;
    }
}

BENCHMARK(prove_inclusion)->UseRealTime();

}  // namespace
}  // namespace proviso::ledger
