#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/result.h>
#include <proviso/registers/vocabulary.h>

#include "code.h"

/// Every fact a rule can speak of: its path, its type, where it is kept, and how to ask for it.
namespace proviso::policy {

using registers::Vocabulary;

enum class FieldType : std::uint8_t {
    Word,    ///< one word of a vocabulary
    Words,   ///< a set of them
    Flag,    ///< true or false
    Number,  ///< a whole number from 0
    Codes,   ///< jurisdictions or countries
    List,    ///< places
};

namespace slot {

enum Word : std::uint8_t {
    kAct,
    kControllerKind,
    kSector,
    kSpaceKind,
    kAnalyticKind,
    kTiming,
    kDecision,
    kGallery,
    kPurposeCode,
    kPurposeBasis,
    kPurposeGoal,
    kWordSlots,
};

enum Words : std::uint8_t {
    kExempt,
    kOverlooks,
    kMasks,
    kOnboard,
    kProduces,
    kSubjects,
    kWordsSlots
};

enum Flag : std::uint8_t {
    kStaffPresent,
    kMinorsExpected,
    kAudio,
    kPtz,
    kMobile,
    kCooperative,
    kFlagSlots,
};

enum Number : std::uint8_t {
    kCapacity,
    kEntrances,
    kFootageDays,
    kTemplateDays,
    kWatchListDays,
    kLogDays,
    kDistinctTemplates,
    kReleasedSubjects,
    kNumberSlots,
};

enum Codes : std::uint8_t { kJurisdictions, kControllerCountry, kCodesSlots };

/// Fields of one place, under `any_place`.
enum Place : std::uint8_t { kRole, kCountry, kEntity, kTool, kPlaceSlots };

}  // namespace slot

struct Field {
    std::string_view path;
    FieldType type;
    std::uint8_t slot;
    Vocabulary words;           ///< of Word and Words
    std::string_view question;  ///< what to tell a person when a rule needs it
    bool of_place = false;
};

std::span<const Field> fields();

/// Null if there is no such path.
const Field* find_field(std::string_view path);

/// "unknown fact 'space.knd'" with the nearest known path.
Error unknown_field(std::string_view path);

constexpr std::uint64_t bit_of(Vocabulary words, std::string_view word) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == word) return std::uint64_t{1} << i;
    }
    return 0;
}

/// Position of `word` in `words`; an error with the nearest word otherwise.
Result<std::uint8_t> word_index(Vocabulary words, std::string_view word, std::string_view where);

/// The names of entities a rule can speak of; any other is kept, and is none of these.
Vocabulary known_entities();

/// A country, a subdivision, a municipal code under one (three letters more), or "EU".
Result<Code> parse_code(std::string_view text, std::string_view where);

/// "a notice", "a data protection impact assessment (DPIA)": in the order of kRecordKinds.
std::string_view record_noun(std::uint8_t kind);

}  // namespace proviso::policy
