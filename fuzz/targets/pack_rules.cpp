#include <proviso/policy/evaluate.h>

#include "../target.h"

namespace {

constexpr auto kPack = R"(id: fuzz
title: A pack whose rules come from anywhere
version: 1.0.0
jurisdictions: [DE]
checked: 2026-11-22
review_by: 2027-02-20
language: en
)";

constexpr auto kFacts = R"(act: capture
controller: {kind: private, country: DE}
site: {jurisdictions: [DE], sector: retail}
space: {kind: public_premises, entrances: 2}
analytic: {kind: recording, timing: live}
records: [{kind: notice, entrances: 2}]
)";

}  // namespace

PROVISO_FUZZ_TARGET(pack_rules) {
    using namespace proviso;
    auto packs = policy::PackSet::compile(
        {{"fuzz/pack.yaml", kPack}, {"fuzz/rules/any.yaml", std::string(as_text(bytes))}}
    );
    if (!packs) {
        fuzz::expect(!packs.error().message().empty(), "an error without words");
        return;
    }
    static const auto kStated =
        policy::Facts::from_json(parse_yaml_document(kFacts).value()).value();
    for (auto day : {"2025-01-01", "2028-01-01"}) {
        auto on = parse_day(day).value();
        auto once = policy::evaluate(**packs, kStated, on);
        auto twice = policy::evaluate(**packs, kStated, on);
        fuzz::expect(once.verdict == twice.verdict, "one question, two answers");
        fuzz::expect(
            once.permits() || !once.because.empty() || !once.missing.empty(),
            "a refusal without a reason"
        );
    }
}
