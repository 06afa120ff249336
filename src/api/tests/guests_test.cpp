#include "guests.h"

#include <gtest/gtest.h>

namespace proviso::api {
namespace {

struct Visitor final : Guest {
    void close() override { ++closed; }

    int closed = 0;
};

TEST(Guests, AreNeverMoreThanTheHouseHolds) {
    Guests guests(2, 2);
    std::vector<std::shared_ptr<Visitor>> all(3);
    for (auto& one : all) one = std::make_shared<Visitor>();
    EXPECT_TRUE(guests.enter(all[0].get(), all[0], "a"));
    EXPECT_TRUE(guests.enter(all[1].get(), all[1], "b"));
    EXPECT_FALSE(guests.enter(all[2].get(), all[2], "c"));
    guests.leave(all[0].get());
    EXPECT_TRUE(guests.enter(all[2].get(), all[2], "c"));
}

TEST(Guests, OfOneNetworkDoNotFillTheHouse) {
    Guests guests(10, 2);
    std::vector<std::shared_ptr<Visitor>> all(5);
    for (auto& one : all) one = std::make_shared<Visitor>();
    EXPECT_TRUE(guests.enter(all[0].get(), all[0], "a"));
    EXPECT_TRUE(guests.enter(all[1].get(), all[1], "a"));
    EXPECT_FALSE(guests.enter(all[2].get(), all[2], "a"));
    EXPECT_TRUE(guests.enter(all[2].get(), all[2], "b"));
    guests.leave(all[0].get());
    EXPECT_TRUE(guests.enter(all[3].get(), all[3], "a"));
    EXPECT_FALSE(guests.enter(all[4].get(), all[4], "a"));
}

TEST(Guests, OfThisMachineAreNotCountedAsOne) {
    Guests guests(10, 1);
    std::vector<std::shared_ptr<Visitor>> all(3);
    for (auto& one : all) {
        one = std::make_shared<Visitor>();
        EXPECT_TRUE(guests.enter(one.get(), one, ""));
    }
    for (auto& one : all) guests.leave(one.get());
    guests.send_home(std::chrono::milliseconds(0));
    EXPECT_EQ(all[0]->closed, 0);
}

TEST(Guests, WhoWasNotLetInLeavesNoTrace) {
    Guests guests(10, 1);
    auto first = std::make_shared<Visitor>();
    auto second = std::make_shared<Visitor>();
    EXPECT_TRUE(guests.enter(first.get(), first, "a"));
    EXPECT_FALSE(guests.enter(second.get(), second, "a"));
    guests.leave(second.get());
    EXPECT_FALSE(guests.enter(second.get(), second, "a")) << "the first is still here";
}

}  // namespace
}  // namespace proviso::api
