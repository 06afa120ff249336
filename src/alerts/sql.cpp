#include "sql.h"

#include <fmt/format.h>

namespace proviso::alerts {

void Where::add(const std::string& text) { pieces_.push_back(text); }

void Where::add(const std::string& text, std::string name, std::string value) {
    pieces_.push_back(text);
    texts_.push_back({std::move(name), std::move(value)});
}

void Where::add(const std::string& text, std::string name, long long value) {
    pieces_.push_back(text);
    numbers_.push_back({std::move(name), value});
}

void Where::within(const CameraScope& scope, const std::string& column) {
    if (!scope) return;
    std::string list;
    for (std::size_t i = 0; i < scope->size(); ++i) {
        auto name = fmt::format("scope{}", i);
        list += (i == 0 ? ":" : ", :") + name;
        texts_.push_back({std::move(name), (*scope)[i].text()});
    }
    pieces_.push_back(list.empty() ? "1 = 0" : fmt::format("{} IN ({})", column, list));
}

std::string Where::text() const {
    if (pieces_.empty()) return "1 = 1";
    return fmt::format("{}", fmt::join(pieces_, " AND "));
}

void Where::bind(soci::statement& statement) const {
    for (const auto& [name, value] : texts_) statement.exchange(soci::use(value, name));
    for (const auto& [name, value] : numbers_) statement.exchange(soci::use(value, name));
}

}  // namespace proviso::alerts
