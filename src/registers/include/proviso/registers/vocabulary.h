#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The values of the facts (docs/reference/facts.md), one table per field: the registers, the
/// policy and the documentation read the same ones.
namespace proviso::registers {

using Vocabulary = std::span<const std::string_view>;

inline constexpr auto kActs = std::to_array<std::string_view>(
    {"capture",
     "analyse",
     "identify",
     "enrol",
     "view",
     "search",
     "export",
     "transfer",
     "retain",
     "act_on"}
);

inline constexpr auto kControllerKinds = std::to_array<std::string_view>(
    {"private", "public_authority", "law_enforcement", "household", "processor"}
);

inline constexpr auto kControllerExempt = std::to_array<std::string_view>(
    {"glba_financial", "gov_contractor", "health_hipaa", "security_provider", "airport_airline"}
);

inline constexpr auto kSectors = std::to_array<std::string_view>(
    {"retail",
     "office",
     "school",
     "hospital",
     "stadium",
     "transport",
     "housing",
     "street",
     "car_park",
     "industrial",
     "hospitality",
     "bank",
     "warehouse",
     "call_centre",
     "public_building",
     "home"}
);

inline constexpr auto kSpaceKinds = std::to_array<std::string_view>(
    {"street",
     "public_premises",
     "workplace",
     "sanitary",
     "changing_room",
     "school",
     "health",
     "dwelling",
     "private"}
);

/// What a camera overlooks beyond its own space.
inline constexpr auto kOverlooks = std::to_array<std::string_view>(
    {"street",
     "neighbour",
     "dwelling",
     "public_premises",
     "workplace",
     "workstation",
     "school",
     "health",
     "sanitary",
     "changing_room",
     "private",
     "entrance",
     "keypad",
     "screen",
     "seating"}
);

/// What a privacy mask covers: the same words, so that "all that is overlooked is masked" can be
/// asked.
inline constexpr auto kMasks = kOverlooks;

inline constexpr auto kAnalytics = std::to_array<std::string_view>(
    {"recording",
     "live_view",
     "motion",
     "object_detection",
     "counting",
     "crowd",
     "line_crossing",
     "intrusion",
     "loitering",
     "wrong_way",
     "running",
     "abandoned_object",
     "fall",
     "anomaly",
     "tamper",
     "tracking",
     "reidentification",
     "face_detection",
     "face_verification",
     "face_identification",
     "biometric_categorisation",
     "emotion",
     "fatigue",
     "licence_plate",
     "audio_recording",
     "audio_event"}
);

/// Those that `analytics: faces:` may ask for.
inline constexpr auto kFaceAnalytics =
    std::to_array<std::string_view>({"face_detection", "face_verification", "face_identification"});

inline constexpr auto kTimings = std::to_array<std::string_view>({"live", "post"});

inline constexpr auto kDecisions = std::to_array<std::string_view>({"none", "alert", "automated"});

inline constexpr auto kGalleries =
    std::to_array<std::string_view>({"none", "consenting", "staff", "watch_list", "open_web"});

inline constexpr auto kProduces = std::to_array<std::string_view>(
    {"face_template",
     "body_template",
     "plate",
     "track",
     "attribute_age",
     "attribute_gender",
     "attribute_ethnicity",
     "emotion",
     "voiceprint",
     "speech"}
);

inline constexpr auto kPurposeCodes =
    std::to_array<std::string_view>({"property_protection", "theft_prevention", "personal_safety",
                                     "access_control",      "attendance",       "staff_monitoring",
                                     "crowd_safety",        "traffic",          "statistics",
                                     "marketing",           "law_enforcement",  "medical",
                                     "event_ticketing",     "vendor_support",   "evidence",
                                     "fire_safety",         "health_safety",    "public_order",
                                     "quality_control",     "research",         "training"});

inline constexpr auto kPurposeGoals =
    std::to_array<std::string_view>({"victim_search", "imminent_threat", "serious_crime"});

inline constexpr auto kPurposeBases = std::to_array<std::string_view>(
    {"consent",
     "contract",
     "legal_obligation",
     "vital_interests",
     "public_task",
     "legitimate_interests"}
);

inline constexpr auto kSubjects = std::to_array<std::string_view>(
    {"public", "staff", "minor", "patient", "tenant", "suspect", "guest"}
);

inline constexpr auto kPlaceRoles =
    std::to_array<std::string_view>({"store", "viewer", "recipient", "support"});

inline constexpr auto kPlaceTools = std::to_array<std::string_view>(
    {"adequacy", "eu_us_dpf", "scc_2021", "idta", "bcr", "derogation_49", "none"}
);

inline constexpr auto kRecordKinds = std::to_array<std::string_view>(
    {"notice",
     "privacy_policy",
     "lia",
     "dpia",
     "fria",
     "tia",
     "apd",
     "risk_assessment_ca",
     "consent",
     "eu_explicit_consent",
     "il_written_release",
     "il_15a_policy",
     "tx_cubi_consent",
     "co_biometric_consent",
     "qc_express_consent",
     "qc_cai_declaration",
     "uk_school_parent_consent",
     "cn_separate_consent",
     "cn_filing",
     "works_council_agreement",
     "cse_opinion",
     "it_union_or_inl",
     "prefect_authorisation",
     "judicial_authorisation",
     "eu_registration",
     "national_law",
     "dpa_28_3",
     "transfer_tool",
     "fallback_tool",
     "counsel_attestation",
     "retention_reason",
     "alternative_path",
     "vendor_vetting",
     "model_card",
     "bias_evaluation",
     "accuracy_evaluation",
     "insurance",
     "legal_hold",
     "two_person_confirm",
     "complaint_channel",
     "operator_training"}
);

/// Whose task a record kind, or a fact that nobody stated, usually is: "officer" (data protection),
/// "controller" (whoever signs for the body), "counsel", or "installer".
std::string_view usual_owner(std::string_view what);

/// Fields of a record beyond its validity.
inline constexpr auto kRecordFields =
    std::to_array<std::string_view>({"covers", "entrances", "age_days", "question", "entity"});

/// ISO 3166-1 alpha-2, the officially assigned codes.
Vocabulary countries();

/// True for an assigned ISO 3166-1 alpha-2 code (upper case).
bool is_country(std::string_view code);

/// True for a country, a subdivision of one (ISO 3166-2; exactly known for AU, CA, DE and US, by
/// shape elsewhere) or a municipal code we know (`US-NY-NYC`, `US-OR-PDX`).
bool is_jurisdiction(std::string_view code);

inline bool is_one_of(Vocabulary words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// For ObjectReader::one_of() and nearest().
inline std::vector<std::string> to_strings(Vocabulary words) {
    return {words.begin(), words.end()};
}

}  // namespace proviso::registers
