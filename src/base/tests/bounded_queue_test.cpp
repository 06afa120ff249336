#include <thread>

#include <gtest/gtest.h>

#include <proviso/base/bounded_queue.h>
#include <proviso/base/guarded.h>
#include <proviso/base/worker.h>

namespace proviso {
namespace {

TEST(BoundedQueue, DropsTheOldestAndCountsIt) {
    BoundedQueue<int> queue(2, WhenFull::DropOldest);
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.push(i));
    EXPECT_EQ(queue.dropped(), 3U);
    EXPECT_EQ(queue.try_pop(), 3);
    EXPECT_EQ(queue.try_pop(), 4);
    EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TEST(BoundedQueue, RejectsWhenFullSoThatTheProducerCanRecordAGap) {
    BoundedQueue<int> queue(1, WhenFull::Reject);
    EXPECT_TRUE(queue.push(1));
    EXPECT_FALSE(queue.push(2));
    EXPECT_EQ(queue.try_pop(), 1);
    EXPECT_TRUE(queue.push(3));
}

TEST(BoundedQueue, BlocksTheProducerUntilThereIsRoomAndLosesNothing) {
    BoundedQueue<int> queue(4, WhenFull::Block);
    constexpr int kCount = 10'000;
    std::jthread producer([&] {
        for (int i = 0; i < kCount; ++i) queue.push(i);
        queue.close();
    });
    std::stop_source never;
    int expected = 0;
    while (auto got = queue.pop(never.get_token())) EXPECT_EQ(*got, expected++);
    EXPECT_EQ(expected, kCount);
}

TEST(BoundedQueue, GivesNothingMoreAfterAStopRequest) {
    BoundedQueue<int> queue(4, WhenFull::Block);
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_EQ(queue.pop(stop.get_token()), std::nullopt);
}

TEST(Worker, IsAskedToStopAndJoined) {
    Guarded<int> rounds(0);
    {
        Worker worker("rounds", [&](const std::stop_token& stop) {
            do {
                rounds.with([](int& count) { ++count; });
            } while (!stop.stop_requested());
        });
    }
    EXPECT_GE(rounds.copy(), 1);
}

}  // namespace
}  // namespace proviso
