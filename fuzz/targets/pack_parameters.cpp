#include <proviso/policy/evaluate.h>

#include "../target.h"

namespace {

constexpr auto kPack = R"(id: fuzz
title: A pack whose numbers come from anywhere
version: 1.0.0
jurisdictions: [DE]
checked: 2026-11-22
review_by: 2027-02-20
language: en
)";

constexpr auto kRule = R"(id: A
title: T
cite: C
status: in_force
confidence: V
effect: {cap: {param: footage_days, value: {param: retention.footage.cap}}}
)";

}  // namespace

PROVISO_FUZZ_TARGET(pack_parameters) {
    using namespace proviso;
    auto read = policy::read_parameters(as_text(bytes));
    if (!read) {
        fuzz::expect(!read.error().message().empty(), "an error without words");
    } else {
        for (const auto& each : *read) {
            auto most = each.days(policy::Reading::AtMost);
            auto least = each.days(policy::Reading::AtLeast);
            fuzz::expect(most.has_value() == least.has_value(), "a span that is half one");
            fuzz::expect(!most || (*most >= 0 && *most <= *least), "a limit longer than a minimum");
        }
    }
    auto packs = policy::PackSet::compile(
        {{"fuzz/pack.yaml", kPack},
         {"fuzz/params.csv", std::string(as_text(bytes))},
         {"fuzz/rules/any.yaml", kRule}}
    );
    fuzz::expect(!packs || read, "a pack with a table that cannot be read");
    if (!packs) return;
    fuzz::expect((*packs)->parameters().size() == read->size(), "a row was lost");
    auto cap =
        (*packs)->parameter("retention.footage.cap", {"DE"}, parse_day("2026-11-22").value());
    fuzz::expect(!cap || cap->days(policy::Reading::AtMost).has_value(), "a cap that is no span");
}
