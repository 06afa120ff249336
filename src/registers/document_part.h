#pragma once

#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <proviso/base/document.h>
#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/registers/documents.h>
#include <proviso/registers/vocabulary.h>

#include "field_rules.h"

namespace proviso::registers {

inline constexpr std::size_t kMostTitle = 200;
inline constexpr std::size_t kMostWord = 200;
inline constexpr std::size_t kMostText = 4000;

/// One document or a part of it, with the checks that the registers add to ObjectReader.
class DocumentPart {
public:
    DocumentPart(const Json& json, std::string where)
        : read(json, where), where_(std::move(where)) {}

    ObjectReader read;

    DocumentPart part(std::string_view key) {
        return {read.member(key), fmt::format("{}: {}", where_, key)};
    }

    void apply(std::string_view key, const Verdict& verdict) {
        if (verdict) read.fail(fmt::format("'{}' {}", key, verdict->what), verdict->next_step);
    }

    std::string human(
        std::string_view key, std::string fallback, std::size_t most, Lines lines = Lines::One
    ) {
        auto text = read.text_or(key, std::move(fallback));
        apply(key, check_human_text(text, most, lines));
        return text;
    }

    std::string word(std::string_view key, Vocabulary allowed) {
        return read.one_of(key, to_strings(allowed));
    }

    std::optional<std::string> word_if_given(std::string_view key, Vocabulary allowed) {
        if (!read.has(key)) return std::nullopt;
        return word(key, allowed);
    }

    Words words(std::string_view key, Vocabulary allowed) {
        if (!read.has(key)) return std::nullopt;
        auto list = read.texts_or_empty(key);
        std::set<std::string> seen;
        for (const auto& one : list) {
            if (!is_one_of(allowed, one)) {
                auto close = nearest(one, to_strings(allowed));
                read.fail(
                    fmt::format("'{}' may hold {}", key, fmt::join(allowed, ", ")),
                    close.empty() ? std::string() : fmt::format("did you mean '{}'?", close)
                );
                break;
            }
            if (!seen.insert(one).second) {
                read.fail(fmt::format("'{}' holds '{}' twice", key, one), "keep one");
                break;
            }
        }
        return list;
    }

    std::optional<std::int64_t> number(
        std::string_view key, std::int64_t least, std::int64_t most
    ) {
        if (!read.has(key)) return std::nullopt;
        return read.integer(key, least, most);
    }

    std::optional<bool> flag(std::string_view key) {
        if (!read.has(key)) return std::nullopt;
        return read.boolean(key);
    }

    std::string country(std::string_view key) {
        auto code = read.text(key);
        if (!code.empty() && !is_country(code)) {
            read.fail(
                fmt::format("'{}' is not a country of ISO 3166-1", key),
                "write two capital letters, such as DE (the United Kingdom is GB)"
            );
        }
        return code;
    }

    template <class Id>
    Id id(std::string_view key) {
        auto parsed = Id::parse(read.text(key));
        if (parsed) return *parsed;
        read.fail(
            fmt::format("'{}': {}", key, parsed.error().message()), parsed.error().next_step()
        );
        return {};
    }

    std::optional<Day> day(std::string_view key) {
        if (!read.has(key)) return std::nullopt;
        auto parsed = parse_day(read.text(key));
        if (parsed) return *parsed;
        read.fail(fmt::format("'{}' is not a day", key), "write it as 2027-06-01");
        return std::nullopt;
    }

    /// The parts of a list of objects, at most `most`; each is called by its name if it has one.
    std::vector<DocumentPart> parts(std::string_view key, std::size_t most) {
        std::vector<DocumentPart> all;
        const auto& list = read.member(key);
        if (list.is_null()) return all;
        if (!list.is_array() || list.size() > most) {
            read.fail(fmt::format("'{}' is not a list of at most {}", key, most));
            return all;
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
            auto name = list[i].is_object() ? list[i].value("name", Json()) : Json();
            bool named = name.is_string() && is_slug(name.get_ref<const std::string&>());
            all.emplace_back(
                list[i],
                named ? fmt::format("{}: {} '{}'", where_, key, name.get<std::string>())
                      : fmt::format("{}: {} number {}", where_, key, i + 1)
            );
        }
        return all;
    }

    std::string slug(std::string_view key) {
        auto text = read.text(key);
        if (!text.empty() && !is_slug(text)) {
            read.fail(
                fmt::format("'{}' is not a name", key), "use 1 to 63 of a-z, 0-9, '-' and '_'"
            );
        }
        return text;
    }

    std::optional<double> real(std::string_view key, double least, double most) {
        if (!read.has(key)) return std::nullopt;
        const auto& value = read.member(key);
        if (value.is_number() && value.get<double>() >= least && value.get<double>() <= most) {
            // Four places: what is shown is what was read.
            return std::round(value.get<double>() * 1e4) / 1e4;
        }
        read.fail(fmt::format("'{}' is not a number from {} to {}", key, least, most));
        return std::nullopt;
    }

private:
    std::string where_;
};

}  // namespace proviso::registers
