#include <benchmark/benchmark.h>

#include "tests/hand_registers.h"

namespace proviso::law {
namespace {

void lease_check(benchmark::State& state) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("berlin-1")});
    auto now = scene.clock.monotonic();
    for (auto _ : state) {
        benchmark::DoNotOptimize(permit.valid(now));
        benchmark::ClobberMemory();
    }
}

void renewal_as_before(benchmark::State& state) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("berlin-1")});
    for (auto _ : state) benchmark::DoNotOptimize(scene.gate.renew(permit));
}

/// As many cameras as the argument says, four of them real and the rest like the first.
void many_cameras(Scene& scene, std::int64_t count) {
    scene.registers.change([&](auto& all) {
        auto made = all.cameras.at(camera("berlin-1"));
        for (auto i = static_cast<std::int64_t>(all.cameras.size()); i < count; ++i) {
            made.name = camera("c" + std::to_string(i));
            all.cameras[made.name] = made;
        }
    });
}

void matrix(benchmark::State& state) {
    Scene scene;
    many_cameras(scene, state.range(0));
    for (auto _ : state) {
        auto cells = scene.gate.matrix({}, {});
        benchmark::DoNotOptimize(cells);
    }
    state.counters["cells"] = static_cast<double>(scene.gate.matrix({}, {})->size());
}

/// Every question of every camera asked again, from the registers on.
void full_reevaluation(benchmark::State& state) {
    Scene scene;
    many_cameras(scene, state.range(0));
    auto packs = scene.gate.packs();
    auto snapshot = scene.registers.snapshot();
    auto on = parse_day("2026-11-22").value();
    std::size_t questions = 0;
    for (auto _ : state) {
        auto asked = Questions::of(packs, on, *snapshot, {}, "DE").value();
        auto decisions = asked.ask(packs, on);
        benchmark::DoNotOptimize(decisions);
        questions = asked.size();
    }
    state.counters["questions"] = static_cast<double>(questions);
}

/// From the change of a register to every lease of the site revoked.
void withdraw_a_notice(benchmark::State& state) {
    for (auto _ : state) {
        state.PauseTiming();
        Scene scene;
        many_cameras(scene, state.range(0));
        std::vector<Permit<Capture>> permits;
        for (const auto& [name, each] : scene.registers.snapshot()->cameras) {
            permits.push_back(scene.permit(Capture{name}));
        }
        state.ResumeTiming();
        scene.withdraw("berlin-notice");
        benchmark::DoNotOptimize(permits.front().valid(scene.clock.monotonic()));
        state.PauseTiming();
        permits.clear();
        state.ResumeTiming();
    }
}

BENCHMARK(lease_check);
BENCHMARK(renewal_as_before);
BENCHMARK(matrix)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(full_reevaluation)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(withdraw_a_notice)->Arg(300)->Unit(benchmark::kMillisecond)->Iterations(10);

}  // namespace
}  // namespace proviso::law
