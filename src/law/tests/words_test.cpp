#include <gtest/gtest.h>

#include <proviso/law/permit.h>

namespace proviso::law {
namespace {

TEST(Refusal, SaysWhatWhyWhereInTheLawAndWhatToDo) {
    Refusal refusal;
    refusal.act = "capture";
    refusal.pending = true;
    refusal.reasons = {
        {"EU-GDPR-A13", "GDPR Art. 13", "People must be told before they are filmed.", "require"},
        {"X-COVERT", "universal", "Nobody is filmed in secret", "require"}};
    refusal.missing = {
        {"notice", "EU-GDPR-A13", "Put a notice on record"},
        {"notice", "X-COVERT", "Put a notice on record"}};
    EXPECT_EQ(
        refusal.words(),
        "Recording is refused: People must be told before they are filmed (GDPR Art. 13); Nobody "
        "is filmed in secret (universal). Put a notice on record."
    );
}

TEST(Refusal, SaysWhenNothingWouldHelp) {
    Refusal refusal;
    refusal.act = "export";
    refusal.reasons = {{"X", "Art. 1", "Never", "refuse"}};
    EXPECT_EQ(
        refusal.words(),
        "Export is refused: Never (Art. 1). Nothing put on record would change this."
    );
}

}  // namespace
}  // namespace proviso::law
