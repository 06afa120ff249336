#include <atomic>
#include <iostream>
#include <thread>

#include <gtest/gtest.h>

#include "bundle_maker.h"

namespace proviso::verify {
namespace {

TEST(Bundle, EveryFlippedBitIsSeenAndNamed) {
    const auto good = make_bundle().file();
    ASSERT_TRUE(proof::verify_bundle(good).ok);
    constexpr std::size_t kThreads = 2;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr std::size_t kEvery = 31;  // a sanitizer looks at how, not at how many
#else
    constexpr std::size_t kEvery = 1;
#endif
    std::atomic<std::size_t> unseen{0};
    std::atomic<std::size_t> unnamed{0};
    {
        std::vector<std::jthread> threads;
        for (std::size_t thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&, thread] {
                auto file = good;
                for (auto bit = thread; bit < file.size() * 8; bit += kThreads * kEvery) {
                    file[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
                    auto report = proof::verify_bundle(file);
                    if (report.ok) ++unseen;
                    if (report.steps.empty() || report.steps.back().words.empty()) ++unnamed;
                    file[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
                }
            });
        }
    }
    EXPECT_EQ(unseen, 0U);
    EXPECT_EQ(unnamed, 0U);
    std::cout << "bits flipped " << good.size() * 8 / kEvery << ", unseen " << unseen << "\n";
}

}  // namespace
}  // namespace proviso::verify
