#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <proviso/crypto/hash.h>

#include "facts_inside.h"

namespace proviso::policy {

namespace {

constexpr std::size_t kMostJurisdictions = 16;
constexpr std::size_t kMostPlaces = 64;
constexpr std::size_t kMostRecords = 1000;
constexpr std::int64_t kMostNumber = 1'000'000'000;
constexpr std::size_t kMostText = 200;

Error wrong(std::string_view where, std::string_view what) {
    return invalid_input(fmt::format("{} {}", where, what));
}

Result<std::string> read_text(const Json& value, std::string_view where) {
    if (!value.is_string()) return wrong(where, "must be a text");
    auto text = value.get<std::string>();
    if (text.empty()) return wrong(where, "must not be empty");
    if (text.size() > kMostText) return wrong(where, "is longer than 200 characters");
    return text;
}

Result<std::int64_t> read_number(const Json& value, std::string_view where) {
    if (!value.is_number_integer()) return wrong(where, "must be a whole number");
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > kMostNumber) {
        return wrong(where, "is too large");
    }
    auto number = value.get<std::int64_t>();
    if (number < 0 || number > kMostNumber) return wrong(where, "must be 0 to 1000000000");
    return number;
}

Result<std::uint64_t> read_set(const Json& value, Vocabulary words, std::string_view where) {
    if (!value.is_array()) return wrong(where, "must be a list");
    std::uint64_t set = 0;
    for (const auto& element : value) {
        auto word = PROVISO_TRY(read_text(element, where));
        set |= std::uint64_t{1} << PROVISO_TRY(word_index(words, word, where));
    }
    return set;
}

Result<std::vector<Code>> read_codes(const Json& value, std::string_view where) {
    if (!value.is_array()) return wrong(where, "must be a list");
    if (value.size() > kMostJurisdictions) return wrong(where, "has more than 16 codes");
    std::vector<Code> codes;
    for (const auto& element : value) {
        auto text = PROVISO_TRY(read_text(element, where));
        codes.push_back(PROVISO_TRY(parse_code(text, where)));
    }
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    return codes;
}

Result<Code> read_country(const Json& value, std::string_view where) {
    auto text = PROVISO_TRY(read_text(value, where));
    auto code = PROVISO_TRY(parse_code(text, where));
    if (!code.is_country()) return wrong(where, "must be a country of two letters, such as FR");
    return code;
}

Result<Day> read_day(const Json& value, std::string_view where) {
    auto text = PROVISO_TRY(read_text(value, where));
    return parse_day(text).while_doing(where);
}

/// A share from 0 to 1, or "all", in millionths.
Result<std::int64_t> read_share(const Json& value, std::string_view where) {
    if (value == "all") return kWhole;
    if (value.is_number()) {
        auto share = value.get<double>();
        if (share >= 0 && share <= 1) {
            // Down, never up: all but one in ten million is not all.
            return static_cast<std::int64_t>(share * static_cast<double>(kWhole));
        }
    }
    return wrong(where, "must be 'all' or a share from 0 to 1");
}

Result<> read_field(Facts::Inside& in, const Field& field, const Json& value) {
    auto path = field.path;
    switch (field.type) {
        case FieldType::Word: {
            auto text = PROVISO_TRY(read_text(value, path));
            in.words[field.slot] = PROVISO_TRY(word_index(field.words, text, path));
            return {};
        }
        case FieldType::Words:
            in.sets[field.slot] = PROVISO_TRY(read_set(value, field.words, path));
            in.set_known[field.slot] = true;
            return {};
        case FieldType::Flag:
            if (!value.is_boolean()) return wrong(path, "must be true or false");
            in.flags[field.slot] = tri(value.get<bool>());
            return {};
        case FieldType::Number:
            in.numbers[field.slot] = PROVISO_TRY(read_number(value, path));
            return {};
        case FieldType::Codes:
            if (field.slot == slot::kJurisdictions) {
                in.jurisdictions = PROVISO_TRY(read_codes(value, path));
            } else {
                in.controller_country = PROVISO_TRY(read_country(value, path));
            }
            return {};
        case FieldType::List: break;
    }
    return wrong(path, "is not read here");
}

Error unknown_key(
    std::string_view where, std::string_view key, const std::vector<std::string>& keys
) {
    auto close = nearest(key, keys);
    return invalid_input(
        fmt::format("{} has no '{}'", where, key),
        close.empty() ? fmt::format("it may have: {}", fmt::join(keys, ", "))
                      : fmt::format("did you mean '{}'?", close)
    );
}

Result<Place> read_place(const Json& value) {
    if (!value.is_object()) return wrong("each of places", "must be a mapping");
    Place place;
    for (const auto& [key, member] : value.items()) {
        if (member.is_null()) continue;
        auto where = "places." + key;
        if (key == "country") {
            place.country = PROVISO_TRY(read_country(member, where));
            continue;
        }
        auto text = PROVISO_TRY(read_text(member, where));
        if (key == "role") {
            place.role = PROVISO_TRY(word_index(registers::kPlaceRoles, text, where));
        } else if (key == "tool") {
            place.tool = PROVISO_TRY(word_index(registers::kPlaceTools, text, where));
        } else if (key == "entity") {
            auto known = known_entities();
            place.entity = static_cast<std::uint8_t>(
                std::find(known.begin(), known.end(), text) - known.begin()
            );
            place.entity_text = text;
        } else {
            return unknown_key("a place", key, {"role", "country", "entity", "tool"});
        }
    }
    return place;
}

Result<RecordFact> read_record(const Json& value) {
    if (!value.is_object()) return wrong("each of records", "must be a mapping");
    RecordFact record;
    bool has_kind = false;
    for (const auto& [key, member] : value.items()) {
        if (member.is_null()) continue;
        auto where = "records." + key;
        if (key == "kind") {
            auto text = PROVISO_TRY(read_text(member, where));
            record.kind = PROVISO_TRY(word_index(registers::kRecordKinds, text, where));
            has_kind = true;
        } else if (key == "valid_from") {
            record.from = PROVISO_TRY(read_day(member, where));
        } else if (key == "valid_until") {
            record.until = PROVISO_TRY(read_day(member, where));
        } else if (key == "covers") {
            record.covers = PROVISO_TRY(read_share(member, where));
        } else if (key == "entrances") {
            record.entrances = PROVISO_TRY(read_number(member, where));
        } else if (key == "age_days") {
            record.age_days = PROVISO_TRY(read_number(member, where));
        } else if (key == "question") {
            record.question = PROVISO_TRY(read_text(member, where));
        } else if (key == "entity") {
            record.entity = PROVISO_TRY(read_text(member, where));
        } else {
            return unknown_key(
                "a record",
                key,
                {"kind",
                 "valid_from",
                 "valid_until",
                 "covers",
                 "entrances",
                 "age_days",
                 "question",
                 "entity"}
            );
        }
    }
    if (!has_kind) return wrong("each of records", "must have a kind");
    return record;
}

template <class T, class Read>
Result<std::shared_ptr<const std::vector<T>>> read_list(
    const Json& value, std::string_view where, std::size_t most, Read read
) {
    if (!value.is_array()) return wrong(where, "must be a list");
    if (value.size() > most) return wrong(where, fmt::format("has more than {} entries", most));
    std::vector<T> list;
    list.reserve(value.size());
    for (const auto& element : value) list.push_back(PROVISO_TRY(read(element)));
    std::sort(list.begin(), list.end());
    return std::make_shared<const std::vector<T>>(std::move(list));
}

Result<> read_section(Facts::Inside& in, const std::string& section, const Json& members) {
    if (!members.is_object()) return wrong(section, "must be a mapping");
    for (const auto& [key, value] : members.items()) {
        auto path = section + "." + key;
        const auto* field = find_field(path);
        if (field == nullptr || field->of_place) return unknown_field(path);
        if (!value.is_null()) PROVISO_TRY(read_field(in, *field, value));
    }
    return {};
}

bool is_section(std::string_view name) {
    return std::any_of(fields().begin(), fields().end(), [&](const Field& field) {
        return !field.of_place && field.path.size() > name.size() && field.path.starts_with(name) &&
               field.path[name.size()] == '.';
    });
}

}  // namespace

Facts::Facts(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

Facts::Facts(const Facts& other) : inside_(std::make_unique<Inside>(*other.inside_)) {}

Facts& Facts::operator=(const Facts& other) {
    if (this != &other) inside_ = std::make_unique<Inside>(*other.inside_);
    return *this;
}

Facts::Facts(Facts&&) noexcept = default;
Facts& Facts::operator=(Facts&&) noexcept = default;
Facts::~Facts() = default;

Result<Facts> Facts::from_json(const Json& document) {
    if (!document.is_object()) return wrong("the facts", "must be a mapping");
    auto inside = std::make_unique<Inside>();
    auto& in = *inside;
    for (const auto& [key, value] : document.items()) {
        if (value.is_null()) continue;
        if (key == "places") {
            in.places = PROVISO_TRY(read_list<Place>(value, key, kMostPlaces, read_place));
        } else if (key == "records") {
            in.records = PROVISO_TRY(read_list<RecordFact>(value, key, kMostRecords, read_record));
            for (const auto& record : *in.records) {
                in.record_kinds |= std::uint64_t{1} << record.kind;
            }
        } else if (const auto* field = find_field(key)) {
            PROVISO_TRY(read_field(in, *field, value));
        } else if (is_section(key)) {
            PROVISO_TRY(read_section(in, key, value));
        } else {
            std::vector<std::string> keys{
                "act",
                "controller",
                "site",
                "space",
                "camera",
                "analytic",
                "purpose",
                "subjects",
                "retention",
                "places",
                "records",
                "observed"};
            return unknown_key("the document", key, keys);
        }
    }
    return Facts(std::move(inside));
}

Facts Facts::with(const Facts& question) const {
    auto inside = std::make_unique<Inside>(*inside_);
    auto& in = *inside;
    const auto& over = *question.inside_;
    for (std::size_t i = 0; i < in.words.size(); ++i) {
        if (over.words[i] != kUnknownWord) in.words[i] = over.words[i];
    }
    for (std::size_t i = 0; i < in.flags.size(); ++i) {
        if (over.flags[i] != Tri::Unknown) in.flags[i] = over.flags[i];
    }
    for (std::size_t i = 0; i < in.sets.size(); ++i) {
        if (!over.set_known[i]) continue;
        in.sets[i] = over.sets[i];
        in.set_known[i] = true;
    }
    for (std::size_t i = 0; i < in.numbers.size(); ++i) {
        if (over.numbers[i] != kUnknownNumber) in.numbers[i] = over.numbers[i];
    }
    if (over.jurisdictions) in.jurisdictions = over.jurisdictions;
    if (!over.controller_country.empty()) in.controller_country = over.controller_country;
    if (over.places) in.places = over.places;
    if (over.records) {
        in.records = over.records;
        in.record_kinds = over.record_kinds;
    }
    return Facts(std::move(inside));
}

std::string Facts::digest() const {
    return to_hex(crypto::sha256(as_bytes(canonical_json(to_json()))));
}

}  // namespace proviso::policy
