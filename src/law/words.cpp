#include <algorithm>

#include <fmt/format.h>

#include "proviso/law/permit.h"

namespace proviso::law {

namespace {

std::string_view deed(std::string_view act) {
    if (act == "capture") return "Recording";
    if (act == "view") return "Viewing";
    if (act == "export") return "Export";
    if (act == "retain") return "Keeping the recordings this long";
    if (act == "transfer") return "Transfer abroad";
    if (act == "search") return "Searching";
    if (act == "identify") return "Identifying people";
    if (act == "enrol") return "Enrolling people";
    if (act == "act_on") return "Acting on the result";
    return "Analysis";
}

std::string without_full_stop(std::string_view sentence) {
    while (!sentence.empty() && (sentence.back() == '.' || sentence.back() == ' ')) {
        sentence.remove_suffix(1);
    }
    return std::string(sentence);
}

}  // namespace

std::string Refusal::words() const {
    auto told = fmt::format("{} is refused", deed(act));
    if (!analytic.empty()) {
        auto kind = analytic;
        std::replace(kind.begin(), kind.end(), '_', ' ');
        told = fmt::format("{} ({}) is refused", deed(act), kind);
    }
    std::string_view joint = ": ";
    for (const auto& reason : reasons) {
        told += fmt::format("{}{} ({})", joint, without_full_stop(reason.title), reason.cite);
        joint = "; ";
    }
    told += '.';
    std::vector<std::string_view> said;
    for (const auto& lack : missing) {
        if (std::find(said.begin(), said.end(), lack.next_step) != said.end()) continue;
        said.push_back(lack.next_step);
        told += fmt::format(" {}.", without_full_stop(lack.next_step));
    }
    if (missing.empty()) told += " Nothing put on record would change this.";
    return told;
}

}  // namespace proviso::law
