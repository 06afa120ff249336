#include "proviso/alerts/event_id.h"

#include <gtest/gtest.h>

namespace proviso::alerts {
namespace {

TEST(EventId, LooksAsFrigateUsersKnowItAndSortsByTime) {
    auto early = make_event_id(*parse_timestamp("2026-11-22T12:00:00.000001Z"));
    auto late = make_event_id(*parse_timestamp("2026-11-22T12:00:00.100000Z"));
    EXPECT_EQ(early.substr(0, 18), "1795348800.000001-");
    EXPECT_LT(early, late);
    EXPECT_TRUE(is_event_id(early));
    EXPECT_NE(early, make_event_id(*parse_timestamp("2026-11-22T12:00:00.000001Z")));
}

TEST(EventId, NothingElseIsTakenForOne) {
    for (const auto* text :
         {"",
          "x",
          "1795348800.000001",
          "1795348800.000001-abcde",
          "1795348800.000001-abcdefg",
          "1795348800.000001-ABCDEF",
          "1795348800-000001-abcdef",
          "179534880a.000001-abcdef",
          "../../../etc/passwd-abcd",
          "1795348800.000001-abc/ef",
          "1795348800.000001-abc.ef"}) {
        EXPECT_FALSE(is_event_id(text)) << text;
    }
}

}  // namespace
}  // namespace proviso::alerts
