#include "look_queue.h"

#include <gtest/gtest.h>

namespace proviso::vision {
namespace {

media::PacketPtr packet(std::int64_t number, bool key, std::size_t size = 10) {
    auto made = std::make_shared<media::Packet>();
    made->dts = number;
    made->key_frame = key;
    made->mono = MonoTime(milliseconds(100 * number));
    made->data.resize(size);
    return made;
}

MonoTime at(std::int64_t number) { return MonoTime(milliseconds(100 * number)); }

TEST(LookQueue, GivesEverythingInOrderWhileThereIsTime) {
    LookQueue queue;
    for (int i = 0; i < 10; ++i) queue.push(packet(i, i % 5 == 0));
    for (int i = 0; i < 10; ++i) {
        auto next = queue.pop(at(10));
        ASSERT_TRUE(next);
        EXPECT_EQ(next->dts, i);
        EXPECT_FALSE(next->discontinuity);
    }
    EXPECT_FALSE(queue.pop(at(10)));
    EXPECT_EQ(queue.shed(), 0U);
}

TEST(LookQueue, WhenLateGoesOnWithTheNewestGroupAndCountsTheRest) {
    LookQueue queue;
    for (int i = 0; i < 30; ++i) queue.push(packet(i, i % 10 == 0));
    auto next = queue.pop(at(30));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->dts, 20);
    EXPECT_TRUE(next->discontinuity);
    EXPECT_EQ(queue.shed(), 20U);
    EXPECT_FALSE(queue.pop(at(30))->discontinuity);
}

TEST(LookQueue, AGroupThatIsAllThereIsIsNotThrownAwayForBeingLate) {
    LookQueue queue;
    for (int i = 0; i < 5; ++i) queue.push(packet(i, i == 0));
    EXPECT_EQ(queue.pop(at(100))->dts, 0);
    EXPECT_EQ(queue.shed(), 0U);
}

TEST(LookQueue, NeverHoldsMoreThanItMay) {
    LookQueue queue({milliseconds(1500), 1000, 100});
    for (int i = 0; i < 50; ++i) queue.push(packet(i, i % 10 == 0, 90));
    auto next = queue.pop(at(50));
    ASSERT_TRUE(next);
    EXPECT_TRUE(next->key_frame);
    EXPECT_EQ(next->dts, 40);
    LookQueue without_keys({milliseconds(1500), 1000, 100});
    for (int i = 0; i < 50; ++i) without_keys.push(packet(i, i == 0, 90));
    EXPECT_FALSE(without_keys.pop(at(50))) << "what is left cannot be decoded";
    EXPECT_EQ(without_keys.shed(), 50U);
    without_keys.push(packet(50, true));
    EXPECT_TRUE(without_keys.pop(at(50))->discontinuity);
}

}  // namespace
}  // namespace proviso::vision
