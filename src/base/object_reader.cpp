#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <proviso/base/document.h>

namespace proviso {

namespace {

const Json kNothing;

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto above = row[j];
            auto change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above + 1, row[j - 1] + 1, change});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    std::string best;
    auto least = std::max<std::size_t>(2, word.size() / 3) + 1;
    if (word.size() > 64) return best;
    for (const auto& candidate : candidates) {
        auto distance = edit_distance(word, candidate);
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

ObjectReader::ObjectReader(const Json& object, std::string where)
    : object_(object.is_object() ? object : kNothing), where_(std::move(where)) {
    if (!object.is_object()) fail("is not a mapping of keys to values");
}

void ObjectReader::fail(std::string message, std::string next_step) {
    problems_.push_back(invalid_input(fmt::format("{}: {}", where_, message), std::move(next_step))
    );
}

const Json* ObjectReader::find(std::string_view key, bool required) {
    known_.emplace_back(key);
    if (object_.is_object()) {
        auto found = object_.find(key);
        if (found != object_.end() && !found->is_null()) return &*found;
    }
    if (required) fail(fmt::format("'{}' is missing", key), fmt::format("add '{}'", key));
    return nullptr;
}

bool ObjectReader::has(std::string_view key) { return find(key, false) != nullptr; }

const Json& ObjectReader::member(std::string_view key) {
    const auto* found = find(key, false);
    return found == nullptr ? kNothing : *found;
}

std::string ObjectReader::text(std::string_view key) {
    const auto* found = find(key, true);
    if (found == nullptr) return {};
    if (!found->is_string()) {
        fail(fmt::format("'{}' is not text", key), "put it in quotes");
        return {};
    }
    return found->get<std::string>();
}

std::string ObjectReader::text_or(std::string_view key, std::string fallback) {
    return find(key, false) == nullptr ? std::move(fallback) : text(key);
}

std::int64_t ObjectReader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
    const auto* found = find(key, true);
    if (found == nullptr) return least;
    bool fits = found->is_number_integer() &&
                !(found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX);
    auto value = fits ? found->get<std::int64_t>() : least;
    if (!fits || value < least || value > most) {
        fail(fmt::format("'{}' is not a whole number from {} to {}", key, least, most));
        return least;
    }
    return value;
}

std::int64_t ObjectReader::integer_or(
    std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback
) {
    return find(key, false) == nullptr ? fallback : integer(key, least, most);
}

bool ObjectReader::boolean(std::string_view key) {
    const auto* found = find(key, true);
    if (found == nullptr) return false;
    if (!found->is_boolean()) {
        fail(fmt::format("'{}' is neither true nor false", key));
        return false;
    }
    return found->get<bool>();
}

bool ObjectReader::boolean_or(std::string_view key, bool fallback) {
    return find(key, false) == nullptr ? fallback : boolean(key);
}

std::string ObjectReader::one_of(std::string_view key, const std::vector<std::string>& allowed) {
    auto value = text(key);
    if (find(key, false) == nullptr || !member(key).is_string()) return value;
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        auto close = nearest(value, allowed);
        fail(
            fmt::format("'{}' may be {}", key, fmt::join(allowed, ", ")),
            close.empty() ? std::string() : fmt::format("did you mean '{}'?", close)
        );
    }
    return value;
}

std::string ObjectReader::one_of_or(
    std::string_view key, const std::vector<std::string>& allowed, std::string fallback
) {
    return find(key, false) == nullptr ? std::move(fallback) : one_of(key, allowed);
}

std::vector<std::string> ObjectReader::texts_or_empty(std::string_view key) {
    std::vector<std::string> texts;
    const auto* found = find(key, false);
    if (found == nullptr) return texts;
    bool shaped = found->is_array();
    if (shaped) {
        for (const auto& element : *found) {
            if (!element.is_string()) {
                shaped = false;
                break;
            }
            texts.push_back(element.get<std::string>());
        }
    }
    if (!shaped) fail(fmt::format("'{}' is not a list of texts", key), "write it as [one, two]");
    return texts;
}

Result<> ObjectReader::finish() {
    if (!problems_.empty()) return problems_.front();
    if (!object_.is_object()) return {};
    for (const auto& [key, value] : object_.items()) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
        auto close = nearest(key, known_);
        auto shown = key.size() > 64 ? key.substr(0, 64) + "..." : key;
        return invalid_input(
            fmt::format("{}: unknown key '{}'", where_, shown),
            close.empty() ? std::string("remove it") : fmt::format("did you mean '{}'?", close)
        );
    }
    return {};
}

}  // namespace proviso
