#include "hash_gate.h"

#include <atomic>
#include <barrier>
#include <ctime>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace proviso::identity {

namespace {

double thread_cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

TEST(HashGate, LetsTwoHashesRunAtOnceAndOthersWait) {
    HashGate gate(true);
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::atomic<int> turned_away{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 12; ++i) {
            threads.emplace_back([&] {
                for (int round = 0; round < 50; ++round) {
                    auto turn = gate.enter();
                    if (!turn) {
                        ++turned_away;
                        continue;
                    }
                    int now = ++inside;
                    int before = most.load();
                    while (now > before && !most.compare_exchange_weak(before, now)) {
                    }
                    std::this_thread::yield();
                    --inside;
                }
            });
        }
    }
    EXPECT_EQ(most, 2);
    EXPECT_EQ(turned_away, 0);
}

TEST(HashGate, TurnsAwayWhoWouldWaitTooLong) {
    HashGate gate(true);
    std::optional<HashGate::Turn> first(std::move(gate.enter()).value());
    std::optional<HashGate::Turn> second(std::move(gate.enter()).value());
    std::atomic<int> turned_away{0};
    std::atomic<int> served{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 20; ++i) {
            threads.emplace_back([&] {
                auto turn = gate.enter();
                if (turn) {
                    ++served;
                } else {
                    EXPECT_EQ(turn.error().kind(), ErrorKind::Unavailable);
                    ++turned_away;
                }
            });
        }
        // Four find the sixteen places taken and leave at once; the others are waiting then.
        while (turned_away < 4) std::this_thread::yield();
        EXPECT_EQ(served, 0);
        first.reset();
        second.reset();
    }
    EXPECT_EQ(turned_away, 4);
    EXPECT_EQ(served, 16);
}

TEST(HashGate, TellsRightFromWrong) {
    HashGate gate(true);
    auto stored = gate.hash("correct horse");
    ASSERT_TRUE(stored);
    EXPECT_TRUE(*gate.verify(*stored, "correct horse"));
    EXPECT_FALSE(*gate.verify(*stored, "correct horsf"));
    EXPECT_FALSE(*gate.verify(*stored, ""));
    EXPECT_FALSE(*gate.verify("", "correct horse"));
    EXPECT_FALSE(*gate.verify("", ""));
    EXPECT_FALSE(*gate.verify("nonsense", "nonsense"));
}

TEST(HashGate, CostsTheSameForNobodyAsForSomebody) {
    // Counted in the processor time of this thread, which other load does not change.
    HashGate gate(false);
    auto stored = gate.hash("correct horse");
    ASSERT_TRUE(stored);
    auto cost = [&](const std::string& of) {
        auto before = thread_cpu_seconds();
        EXPECT_FALSE(*gate.verify(of, "wrong"));
        return thread_cpu_seconds() - before;
    };
    auto somebody = cost(*stored);
    auto nobody = cost("");
    EXPECT_GT(nobody, somebody * 0.3);
    EXPECT_LT(nobody, somebody * 3);
}

}  // namespace proviso::identity
