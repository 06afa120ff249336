#include "proviso/registers/vocabulary.h"

namespace proviso::registers {

namespace {

/// What binds the body as a whole, or only it can obtain.
constexpr auto kOfTheController = std::to_array<std::string_view>(
    {"cn_filing",
     "works_council_agreement",
     "cse_opinion",
     "it_union_or_inl",
     "prefect_authorisation",
     "judicial_authorisation",
     "eu_registration",
     "dpa_28_3",
     "transfer_tool",
     "fallback_tool",
     "insurance",
     "two_person_confirm",
     "complaint_channel",
     "operator_training"}
);

constexpr auto kOfCounsel =
    std::to_array<std::string_view>({"counsel_attestation", "national_law", "legal_hold"});

}  // namespace

std::string_view usual_owner(std::string_view what) {
    if (is_one_of(kOfTheController, what)) return "controller";
    if (is_one_of(kOfCounsel, what)) return "counsel";
    bool of_the_device = what.starts_with("camera.") || what.starts_with("space.");
    return of_the_device ? "installer" : "officer";
}

}  // namespace proviso::registers
