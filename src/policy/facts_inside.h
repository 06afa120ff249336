#pragma once

#include <array>
#include <limits>
#include <optional>
#include <vector>

#include <proviso/base/time.h>
#include <proviso/policy/facts.h>

#include "fields.h"
#include "tri.h"

namespace proviso::policy {

inline constexpr std::uint8_t kUnknownWord = 255;
inline constexpr std::int64_t kUnknownNumber = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kWhole = 1'000'000;  ///< a share of 1, in millionths

/// One place recordings rest, are seen from, or go to.
struct Place {
    std::uint8_t role = kUnknownWord;
    std::uint8_t entity = kUnknownWord;  ///< past the known entities: another one
    std::uint8_t tool = kUnknownWord;
    Code country;  ///< empty: unknown
    std::string entity_text;

    friend auto operator<=>(const Place&, const Place&) = default;
};

/// One record a person put on record.
struct RecordFact {
    std::uint8_t kind = 0;
    std::optional<Day> from;
    std::optional<Day> until;
    std::int64_t covers = kUnknownNumber;  ///< millionths of the people concerned
    std::int64_t entrances = kUnknownNumber;
    std::int64_t age_days = kUnknownNumber;
    std::optional<std::string> question;  ///< what counsel was asked
    std::string entity;

    bool valid(Day on) const { return (!from || *from <= on) && (!until || on <= *until); }

    friend auto operator<=>(const RecordFact&, const RecordFact&) = default;
};

struct Facts::Inside {
    Inside() {
        words.fill(kUnknownWord);
        flags.fill(Tri::Unknown);
        numbers.fill(kUnknownNumber);
    }

    std::array<std::uint8_t, slot::kWordSlots> words;
    std::array<Tri, slot::kFlagSlots> flags;
    std::array<std::uint64_t, slot::kWordsSlots> sets{};
    std::array<bool, slot::kWordsSlots> set_known{};
    std::array<std::int64_t, slot::kNumberSlots> numbers;
    std::optional<std::vector<Code>> jurisdictions;
    Code controller_country;
    // Shared, since one camera is asked about in many ways; null: not stated.
    std::shared_ptr<const std::vector<Place>> places;
    std::shared_ptr<const std::vector<RecordFact>> records;
    std::uint64_t record_kinds = 0;  ///< which kinds occur at all

    bool knows(const Field& field) const;
    /// Identifying, categorising or listening: where an open question means no.
    bool is_biometric() const;
    /// Whether the camera still works: no processing of people, so that only rules that name it,
    /// and plain prohibitions, have something to say.
    bool is_equipment_health() const;
    /// Only people who step up to be recognised are compared, each with a template of their own.
    bool presents_itself() const;
};

}  // namespace proviso::policy
