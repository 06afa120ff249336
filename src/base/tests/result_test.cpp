#include <cerrno>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <proviso/base/result.h>

namespace proviso {
namespace {

Result<int> half(int whole) {
    if (whole % 2 != 0) return invalid_input("not even");
    return whole / 2;
}

Result<int> quarter(int whole) {
    auto once = PROVISO_TRY(half(whole).while_doing("halve once"));
    return half(once).while_doing("halve twice");
}

TEST(Result, TellsTheStoryOutermostFirst) {
    auto result = quarter(6).while_doing("quarter");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().story(), "quarter: halve twice: not even");
    EXPECT_EQ(quarter(8).value(), 2);
}

TEST(Result, ChainsOnlySuccess) {
    EXPECT_EQ(half(8).and_then(half).transform([](int n) { return n + 1; }).value(), 3);
    EXPECT_EQ(half(3).and_then(half).error().message(), "not even");
}

Result<std::vector<std::string>> words() {
    return std::vector<std::string>{"long enough to live on the heap, surely", "two"};
}

TEST(Result, LetsALoopWalkWhatACallReturned) {
    std::string all;
    for (const auto& word : *words()) all += word;
    EXPECT_EQ(all, "long enough to live on the heap, surelytwo");
}

TEST(Error, KnowsAFullDiskWhenItSeesOne) {
    EXPECT_EQ(errno_error("write", ENOSPC).kind(), ErrorKind::NoSpace);
    EXPECT_FALSE(errno_error("write", ENOSPC).next_step().empty());
}

}  // namespace
}  // namespace proviso
