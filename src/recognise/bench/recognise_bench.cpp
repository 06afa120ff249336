#include <random>

#include <benchmark/benchmark.h>

#include "template_index.h"

namespace proviso::recognise {
namespace {

/// One face against everybody enrolled.
void scan(benchmark::State& state) {
    constexpr std::size_t kDimensions = 256;
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    auto draw = [&] {
        std::vector<float> made(kDimensions);
        for (auto& number : made) number = normal(random);
        return *Query::from(made, kDimensions);
    };
    TemplateIndex index(kDimensions);
    auto people = static_cast<std::uint32_t>(state.range(0));
    index.reserve(people);
    for (std::uint32_t owner = 0; owner < people; ++owner) index.add(owner, draw());
    auto query = draw();
    auto everybody = [](std::uint32_t) { return true; };
    for (auto _ : state) benchmark::DoNotOptimize(index.best(query, 0.44F, everybody));
}

BENCHMARK(scan)->Arg(100)->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace proviso::recognise
