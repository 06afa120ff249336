#include <algorithm>

#include <gtest/gtest.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

Cell cell(const std::vector<Cell>& cells, std::string_view name, std::string_view capability) {
    auto found = std::find_if(cells.begin(), cells.end(), [&](auto& each) {
        return each.camera.text() == name && each.capability == capability;
    });
    return found == cells.end() ? Cell() : *found;
}

bool names(const Cell& cell, std::string_view rule) {
    return std::any_of(cell.reasons.begin(), cell.reasons.end(), [&](auto& reason) {
        return reason.rule == rule;
    });
}

TEST(Matrix, HasACellForEveryCameraAndCapability) {
    Scene scene;
    auto cells = scene.gate.matrix({}, {}).value();
    EXPECT_EQ(cells.size(), 4 * capabilities().size());
    auto one = scene.gate.matrix(camera("paris-1"), {}).value();
    EXPECT_EQ(one.size(), capabilities().size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        EXPECT_EQ(one[i].capability, capabilities()[i]);
    }
}

TEST(Matrix, SaysWhatTheLawSaysOfEachCapability) {
    Scene scene;
    auto cells = scene.gate.matrix({}, {}).value();
    EXPECT_EQ(cell(cells, "berlin-1", "recording").verdict, "permit_with_duties");
    EXPECT_EQ(cell(cells, "berlin-1", "recording").footage_days_cap, 3);
    EXPECT_EQ(cell(cells, "berlin-1", "live_view").verdict, "permit_with_duties");
    EXPECT_EQ(cell(cells, "berlin-1", "loitering").verdict, "permit_with_duties");
    auto retention = cell(cells, "berlin-1", "retention");
    EXPECT_EQ(retention.verdict, "refuse");
    EXPECT_TRUE(names(retention, "DE-DSK-72H"));
    EXPECT_EQ(cell(cells, "paris-1", "retention").verdict, "permit_with_duties");
    auto behaviour = cell(cells, "paris-1", "loitering");
    EXPECT_EQ(behaviour.verdict, "refuse");
    EXPECT_FALSE(behaviour.pending);
    EXPECT_TRUE(names(behaviour, "FR-CNIL-AUG-2022"));
    EXPECT_EQ(cell(cells, "paris-1", "face_identification").verdict, "refuse");
    EXPECT_EQ(cell(cells, "paris-1", "audio_recording").verdict, "refuse");
    EXPECT_EQ(cell(cells, "paris-1", "counting").verdict, "permit_with_duties");
}

TEST(Matrix, TurnsRedWhenTheNoticeGoesAndSaysWhatIsMissing) {
    Scene scene;
    scene.withdraw("berlin-notice");
    auto recording = cell(scene.gate.matrix({}, {}).value(), "berlin-1", "recording");
    EXPECT_EQ(recording.verdict, "refuse");
    EXPECT_TRUE(recording.pending);
    ASSERT_FALSE(recording.missing.empty());
    EXPECT_EQ(recording.missing.front().what, "notice");
    EXPECT_FALSE(recording.missing.front().next_step.empty());
}

TEST(Matrix, ReadsTheLawOfAnotherDayAndWritesNothing) {
    Scene scene;
    auto later = scene.gate.matrix({}, parse_day("2027-12-02").value()).value();
    EXPECT_TRUE(names(cell(later, "berlin-1", "face_identification"), "EU-AIA-A26-1"));
    auto now = scene.gate.matrix({}, {}).value();
    EXPECT_FALSE(names(cell(now, "berlin-1", "face_identification"), "EU-AIA-A26-1"));
    EXPECT_EQ(scene.ledger.size(), 0U);
}

TEST(Matrix, DoesNotKnowACameraThatIsNotOnRecord) {
    Scene scene;
    EXPECT_EQ(scene.gate.matrix(camera("nowhere"), {}).error().kind(), ErrorKind::NotFound);
}

}  // namespace
}  // namespace proviso::law
