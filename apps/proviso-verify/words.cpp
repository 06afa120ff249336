#include "words.h"

#include <fmt/format.h>

namespace proviso::verify {

namespace {

/// Texts of a bundle are somebody else's: an escape sequence in a camera's name must not paint
/// "ok" on the screen.
std::string harmless(std::string_view text) {
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto byte = static_cast<unsigned char>(text[i]);
        auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        bool second_control_set = byte == 0xc2 && next >= 0x80 && next < 0xa0;
        if (byte < 0x20 || byte == 0x7f || second_control_set) {
            shown.push_back('?');
            if (second_control_set) ++i;
        } else {
            shown.push_back(text[i]);
        }
    }
    return shown;
}

std::string heading(const proof::BundleReport& report) {
    if (!report.manifest) return "This is not an evidence bundle.";
    const auto& manifest = *report.manifest;
    return fmt::format(
        "{} camera '{}' ({}), {} to {}",
        report.ok ? "Proven:" : "NOT PROVEN:",
        harmless(manifest.camera),
        harmless(manifest.stream),
        to_iso8601(manifest.from),
        to_iso8601(manifest.to)
    );
}

}  // namespace

std::string plain_words(const proof::BundleReport& report) {
    auto text = heading(report) + "\n\n";
    for (const auto& step : report.steps) {
        text += fmt::format(
            "  {:6}  {:10} {}\n", step.ok ? "ok" : "BROKEN", step.name, harmless(step.words)
        );
    }
    text += report.ok ? "\nWhat this does not prove:\n" : "\nNot checked any more:\n";
    for (const auto& limit : report.not_proven) text += fmt::format("  - {}\n", harmless(limit));
    if (report.manifest && !report.manifest->gaps.empty()) {
        text += "\nTimes without pictures, and the recorder's reason:\n";
        for (const auto& gap : report.manifest->gaps) {
            text += fmt::format(
                "  - {} to {}: {}\n", to_iso8601(gap.from), to_iso8601(gap.to), harmless(gap.cause)
            );
        }
    }
    return text;
}

Json to_json(const proof::BundleReport& report) {
    auto steps = Json::array();
    for (const auto& step : report.steps) {
        steps.push_back({{"name", step.name}, {"ok", step.ok}, {"words", step.words}});
    }
    Json json{
        {"log", report.log},
        {"log_trusted", report.log_trusted},
        {"manifest", nullptr},
        {"not_proven", report.not_proven},
        {"ok", report.ok},
        {"steps", std::move(steps)}};
    if (report.manifest) {
        if (auto text = proof::encode(*report.manifest)) json["manifest"] = Json::parse(*text);
    }
    return json;
}

}  // namespace proviso::verify
