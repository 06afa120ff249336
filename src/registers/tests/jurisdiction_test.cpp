#include <gtest/gtest.h>

#include <proviso/registers/vocabulary.h>

namespace proviso::registers {

TEST(Jurisdiction, KnowsCountriesStatesAndCities) {
    for (const auto* code :
         {"FR", "DE-HH", "US-IL", "US-NY-NYC", "US-OR-PDX", "CA-QC", "GB", "ES-MD", "FR-75"}) {
        EXPECT_TRUE(is_jurisdiction(code)) << code;
    }
    EXPECT_EQ(countries().size(), 249U);
    EXPECT_TRUE(is_country("AD"));
    EXPECT_TRUE(is_country("ZW"));
}

TEST(Jurisdiction, RefusesWhatDoesNotExist) {
    for (const auto* code :
         {"",
          "F",
          "fr",
          "XX",
          "UK",
          "EU",
          "DE-",
          "DE-XX",
          "US-ZZ",
          "US-IL-CHI",
          "FR-abc",
          "FR-ABCD",
          "FR75",
          "FR_75",
          "GB-ENG-LND",
          "US-NY-NYC-1"}) {
        EXPECT_FALSE(is_jurisdiction(code)) << code;
    }
    EXPECT_FALSE(is_country("DE-HH"));
    EXPECT_FALSE(is_jurisdiction(std::string("DE\0HH", 5)));
}

TEST(Vocabulary, HoldsNoWordTwice) {
    for (auto words : std::initializer_list<Vocabulary>{
             kActs,
             kControllerKinds,
             kSectors,
             kSpaceKinds,
             kAnalytics,
             kPurposeCodes,
             kRecordKinds,
             kSubjects}) {
        auto sorted = to_strings(words);
        std::sort(sorted.begin(), sorted.end());
        EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end());
    }
}

}  // namespace proviso::registers
