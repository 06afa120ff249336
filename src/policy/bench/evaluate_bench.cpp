#include <filesystem>

#include <benchmark/benchmark.h>

#include <proviso/base/file.h>
#include <proviso/policy/evaluate.h>

namespace proviso::policy {
namespace {

namespace fs = std::filesystem;

/// The shipped packs, read here since the evaluator itself opens no file.
std::shared_ptr<const PackSet> shipped() {
    std::vector<PackFile> files;
    for (const auto& entry : fs::recursive_directory_iterator(PROVISO_PACKS)) {
        auto name = entry.path().lexically_relative(PROVISO_PACKS).generic_string();
        bool part = entry.path().extension() == ".yaml" || name.ends_with("/params.csv");
        if (!part || name.find("/cases/") != std::string::npos) continue;
        files.push_back({name, read_file(entry.path()).value()});
    }
    return PackSet::compile(files).value();
}

constexpr std::string_view kRecording = R"(
act: capture
controller: {kind: private, country: DE, exempt: []}
site: {jurisdictions: [DE-BE], sector: car_park}
space: {kind: public_premises, entrances: 2, staff_present: true, minors_expected: false, overlooks: [street]}
camera: {audio: false, ptz: false, mobile: false, masks: [street], onboard_analytics: []}
analytic: {kind: recording, timing: live, decision: none, cooperative: false, gallery: none, produces: []}
purpose: {code: property_protection, basis: legitimate_interests}
subjects: [public, staff]
retention: {footage_days: 3}
places: [{role: store, country: DE}]
records:
  - {kind: notice, valid_until: 2027-06-01, entrances: 2}
  - {kind: lia}
  - {kind: dpia}
  - {kind: works_council_agreement}
)";

constexpr std::string_view kFaces = R"(
act: identify
analytic: {kind: face_identification, timing: live, decision: alert, gallery: watch_list, produces: [face_template]}
)";

void decide(benchmark::State& state, const Facts& facts) {
    auto packs = shipped();
    auto on = parse_day("2026-11-22").value();
    for (auto _ : state) {
        auto decision = evaluate(*packs, facts, on);
        benchmark::DoNotOptimize(decision);
    }
    auto decision = evaluate(*packs, facts, on);
    state.SetLabel(std::string(to_string(decision.verdict)));
}

void one_decision_recording(benchmark::State& state) {
    decide(state, Facts::from_json(parse_yaml_document(kRecording).value()).value());
}

void one_decision_faces(benchmark::State& state) {
    auto camera = Facts::from_json(parse_yaml_document(kRecording).value()).value();
    decide(state, camera.with(Facts::from_json(parse_yaml_document(kFaces).value()).value()));
}

void facts_from_json(benchmark::State& state) {
    auto json = parse_yaml_document(kRecording).value();
    for (auto _ : state) {
        auto facts = Facts::from_json(json);
        benchmark::DoNotOptimize(facts);
    }
}

void facts_digest(benchmark::State& state) {
    auto facts = Facts::from_json(parse_yaml_document(kRecording).value()).value();
    for (auto _ : state) benchmark::DoNotOptimize(facts.digest());
}

BENCHMARK(one_decision_recording);
BENCHMARK(one_decision_faces);
BENCHMARK(facts_from_json);
BENCHMARK(facts_digest);

}  // namespace
}  // namespace proviso::policy
