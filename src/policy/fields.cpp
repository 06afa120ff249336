#include "fields.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <proviso/base/document.h>

namespace proviso::policy {

namespace {

using namespace registers;  // NOLINT(google-build-using-namespace): a table of its tables

constexpr auto kEntities = std::to_array<std::string_view>(
    {"vendor", "processor", "cloud", "group", "insurer", "police", "court", "authority", "press"}
);

constexpr auto kFields = std::to_array<Field>({
    {"act", FieldType::Word, slot::kAct, kActs, "Say what is to be done (act)"},
    {"controller.kind",
     FieldType::Word,
     slot::kControllerKind,
     kControllerKinds,
     "State what kind of body is responsible for the camera (controller.kind)"},
    {"controller.country",
     FieldType::Codes,
     slot::kControllerCountry,
     {},
     "State the country the responsible body is established in (controller.country)"},
    {"controller.exempt",
     FieldType::Words,
     slot::kExempt,
     kControllerExempt,
     "State which statutory exemptions the responsible body has, if any (controller.exempt)"},
    {"site.jurisdictions",
     FieldType::Codes,
     slot::kJurisdictions,
     {},
     "State the country, and state where there are states, the site is in (site.jurisdictions)"},
    {"site.sector",
     FieldType::Word,
     slot::kSector,
     kSectors,
     "State what the site is used for (site.sector)"},
    {"site.capacity",
     FieldType::Number,
     slot::kCapacity,
     {},
     "State how many people the site holds (site.capacity)"},
    {"space.kind",
     FieldType::Word,
     slot::kSpaceKind,
     kSpaceKinds,
     "State what kind of space the camera looks at (space.kind)"},
    {"space.entrances",
     FieldType::Number,
     slot::kEntrances,
     {},
     "State how many entrances lead to the space (space.entrances)"},
    {"space.staff_present",
     FieldType::Flag,
     slot::kStaffPresent,
     {},
     "State whether staff work or pass where the camera looks (space.staff_present)"},
    {"space.minors_expected",
     FieldType::Flag,
     slot::kMinorsExpected,
     {},
     "State whether children are to be expected in the picture (space.minors_expected)"},
    {"space.overlooks",
     FieldType::Words,
     slot::kOverlooks,
     kOverlooks,
     "State what else the camera overlooks, or that it is nothing (space.overlooks)"},
    {"camera.audio",
     FieldType::Flag,
     slot::kAudio,
     {},
     "State whether sound is to be recorded (camera.audio)"},
    {"camera.ptz",
     FieldType::Flag,
     slot::kPtz,
     {},
     "State whether the camera can turn (camera.ptz)"},
    {"camera.mobile",
     FieldType::Flag,
     slot::kMobile,
     {},
     "State whether the camera is carried or moves about (camera.mobile)"},
    {"camera.masks",
     FieldType::Words,
     slot::kMasks,
     kMasks,
     "State what is masked in the picture, or that it is nothing (camera.masks)"},
    {"camera.onboard_analytics",
     FieldType::Words,
     slot::kOnboard,
     kAnalytics,
     "State what the camera itself analyses, or that it is nothing (camera.onboard_analytics)"},
    {"analytic.kind",
     FieldType::Word,
     slot::kAnalyticKind,
     kAnalytics,
     "State what is done with the picture (analytic.kind)"},
    {"analytic.timing",
     FieldType::Word,
     slot::kTiming,
     kTimings,
     "State whether it happens live or afterwards (analytic.timing)"},
    {"analytic.decision",
     FieldType::Word,
     slot::kDecision,
     kDecisions,
     "State who decides on the result, a person or the machine (analytic.decision)"},
    {"analytic.cooperative",
     FieldType::Flag,
     slot::kCooperative,
     {},
     "State whether people present themselves to the camera knowingly (analytic.cooperative)"},
    {"analytic.gallery",
     FieldType::Word,
     slot::kGallery,
     kGalleries,
     "State with whose faces the picture is compared (analytic.gallery)"},
    {"analytic.produces",
     FieldType::Words,
     slot::kProduces,
     kProduces,
     "State what the analysis puts out (analytic.produces)"},
    {"purpose.code",
     FieldType::Word,
     slot::kPurposeCode,
     kPurposeCodes,
     "State what it is done for (purpose.code)"},
    {"purpose.basis",
     FieldType::Word,
     slot::kPurposeBasis,
     kPurposeBases,
     "State the legal basis of the purpose (purpose.basis)"},
    {"purpose.goal",
     FieldType::Word,
     slot::kPurposeGoal,
     kPurposeGoals,
     "State the goal of the law-enforcement use (purpose.goal)"},
    {"subjects",
     FieldType::Words,
     slot::kSubjects,
     kSubjects,
     "State who is in the picture (subjects)"},
    {"retention.footage_days",
     FieldType::Number,
     slot::kFootageDays,
     {},
     "State how many days recordings are to be kept (retention.footage_days)"},
    {"retention.template_days",
     FieldType::Number,
     slot::kTemplateDays,
     {},
     "State how many days templates are kept (retention.template_days)"},
    {"retention.watch_list_days",
     FieldType::Number,
     slot::kWatchListDays,
     {},
     "State how many days a watch-list entry stays (retention.watch_list_days)"},
    {"retention.log_days",
     FieldType::Number,
     slot::kLogDays,
     {},
     "State how many days logs are kept (retention.log_days)"},
    {"observed.distinct_templates",
     FieldType::Number,
     slot::kDistinctTemplates,
     {},
     "Count the people a template was made of (observed.distinct_templates)"},
    {"observed.released_subjects",
     FieldType::Number,
     slot::kReleasedSubjects,
     {},
     "Count the people who signed a release (observed.released_subjects)"},
    {"places", FieldType::List, 0, {}, "State where recordings rest and go (places)"},
    {"records", FieldType::List, 0, {}, "State what is on record (records)"},
    {"places.role",
     FieldType::Word,
     slot::kRole,
     kPlaceRoles,
     "State what each place is: where recordings rest, or who sees them (places.role)",
     true},
    {"places.country",
     FieldType::Codes,
     slot::kCountry,
     {},
     "State the country of each place recordings rest or go to (places.country)",
     true},
    {"places.entity",
     FieldType::Word,
     slot::kEntity,
     kEntities,
     "State who receives the recordings at each place (places.entity)",
     true},
    {"places.tool",
     FieldType::Word,
     slot::kTool,
     kPlaceTools,
     "State what the transfer abroad rests on, such as scc_2021 or eu_us_dpf (places.tool)",
     true},
});

static_assert(kFields.size() <= 64, "blame keeps one bit for each");

constexpr auto kRecordNouns = std::to_array<std::string_view>(
    {"a notice",
     "a privacy policy",
     "a legitimate-interests assessment (LIA)",
     "a data protection impact assessment (DPIA)",
     "a fundamental rights impact assessment (FRIA)",
     "a transfer impact assessment (TIA)",
     "an appropriate policy document",
     "a California risk assessment",
     "the consent of the people recorded",
     "explicit consent (GDPR Art. 9(2)(a)) of everyone scanned",
     "a written release (BIPA) of everyone scanned",
     "the public written policy of BIPA 15(a)",
     "consent under the Texas CUBI",
     "biometric consent under Colorado law",
     "express consent under Quebec law",
     "the declaration to Quebec's CAI",
     "a parent's consent",
     "separate consent under Chinese law",
     "the filing of face data in China",
     "the agreement of the works council",
     "the opinion of the CSE",
     "a union agreement or labour-inspectorate authorisation",
     "the prefect's authorisation",
     "a judicial authorisation",
     "the registration in the EU database",
     "the national law that allows it",
     "the processor contract of GDPR Art. 28(3)",
     "the transfer tool (such as signed standard contractual clauses)",
     "a fall-back transfer tool",
     "counsel's attestation",
     "the reason for the longer retention",
     "the equal way without biometrics",
     "the vetting of the vendor",
     "a model card",
     "a bias evaluation",
     "an accuracy evaluation",
     "an insurance policy",
     "a legal hold",
     "confirmation by two people",
     "a complaint channel",
     "the training of the operators"}
);
static_assert(kRecordNouns.size() == kRecordKinds.size());

}  // namespace

std::span<const Field> fields() { return kFields; }

const Field* find_field(std::string_view path) {
    auto found = std::find_if(kFields.begin(), kFields.end(), [&](auto& field) {
        return field.path == path;
    });
    return found == kFields.end() ? nullptr : &*found;
}

Error unknown_field(std::string_view path) {
    std::vector<std::string> paths;
    for (const auto& field : kFields) paths.emplace_back(field.path);
    auto close = nearest(path, paths);
    return invalid_input(
        fmt::format("unknown fact '{}'", path),
        close.empty() ? "see docs/reference/facts.md for the facts there are"
                      : fmt::format("did you mean '{}'?", close)
    );
}

Result<std::uint8_t> word_index(Vocabulary words, std::string_view word, std::string_view where) {
    auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end()) return static_cast<std::uint8_t>(found - words.begin());
    auto close = nearest(word, to_strings(words));
    return invalid_input(
        fmt::format("{}: unknown value '{}'", where, word),
        close.empty() ? fmt::format("use one of: {}", fmt::join(words, ", "))
                      : fmt::format("did you mean '{}'?", close)
    );
}

Vocabulary known_entities() { return kEntities; }

Result<Code> parse_code(std::string_view text, std::string_view where) {
    auto parent = text.substr(0, text.size() - std::min<std::size_t>(4, text.size()));
    auto tail = text.substr(parent.size());
    bool municipal =
        parent.size() > 3 && is_jurisdiction(parent) && tail.size() == 4 && tail[0] == '-' &&
        std::all_of(tail.begin() + 1, tail.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (text.size() <= Code::kLongest && (text == "EU" || is_jurisdiction(text) || municipal)) {
        return Code(text);
    }
    auto close =
        text == "UK" ? std::string("GB") : nearest(text.substr(0, 2), to_strings(countries()));
    return invalid_input(
        fmt::format("{}: unknown jurisdiction '{}'", where, text),
        close.empty() || close == text.substr(0, 2)
            ? "use an ISO 3166 code such as FR, DE-HH, US-IL or US-NY-NYC"
            : fmt::format("use an ISO 3166 code such as FR, US-IL or US-NY-NYC ('{}'?)", close)
    );
}

std::string_view record_noun(std::uint8_t kind) { return kRecordNouns.at(kind); }

}  // namespace proviso::policy
