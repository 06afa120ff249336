#include "proviso/alerts/records.h"

#include <algorithm>

#include "proviso/alerts/alerts.h"

namespace proviso::alerts {

std::string_view to_string(Severity severity) {
    return severity == Severity::Alert ? "alert" : "detection";
}

std::string_view to_string(Judgement judgement) {
    switch (judgement) {
        case Judgement::None: return "";
        case Judgement::True: return "true";
        case Judgement::False: return "false";
        case Judgement::Unsure: return "unsure";
    }
    return "";
}

std::optional<Judgement> parse_judgement(std::string_view word) {
    for (auto one : {Judgement::True, Judgement::False, Judgement::Unsure}) {
        if (word == to_string(one)) return one;
    }
    return std::nullopt;
}

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::New: return "new";
        case Stage::Update: return "update";
        case Stage::End: return "end";
    }
    return "end";
}

Severity ReviewItem::severity() const { return leading().severity; }

const FindingRecord& ReviewItem::leading() const {
    auto graver = [](const FindingRecord& a, const FindingRecord& b) {
        auto rank = [](const FindingRecord& one) {
            return 2 * static_cast<int>(one.severity) + (one.rule.empty() ? 0 : 1);
        };
        return rank(a) < rank(b);
    };
    return *std::max_element(findings.begin(), findings.end(), graver);
}

std::optional<double> Accuracy::precision() const {
    if (right + wrong == 0) return std::nullopt;
    return static_cast<double>(right) / static_cast<double>(right + wrong);
}

}  // namespace proviso::alerts
