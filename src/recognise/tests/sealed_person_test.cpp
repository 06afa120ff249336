#include "sealed_person.h"

#include <cmath>

#include <gtest/gtest.h>

namespace proviso::recognise {
namespace {

constexpr std::size_t kSize = 8;
const GalleryId kHere = GalleryId::literal("here");
const GalleryId kThere = GalleryId::literal("there");
const PersonId kAnna = PersonId::literal("p-anna");
const PersonId kBert = PersonId::literal("p-bert");

keys::NamedKey named(const char* id) {
    return {id, std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::random(32))};
}

PersonSecret secret() {
    PersonSecret made;
    made.label = "Anna";
    made.reason = "Because";
    made.dimensions = kSize;
    for (float first : {1.0F, -2.0F}) {
        std::vector<float> numbers(kSize, 0.25F);
        numbers[0] = first;
        made.templates.push_back(*Query::from(numbers, kSize));
    }
    return made;
}

class SealedPerson : public testing::Test {
protected:
    Result<PersonSecret> open(
        const GalleryId& gallery, const PersonId& person, std::string_view id, ByteView sealed
    ) {
        return open_person(key_.view(), gallery, person, id, sealed, kSize);
    }

    keys::NamedKey gallery_key_ = named("face/0");
    keys::NamedKey person_key_ = named("face/1");
    crypto::SecretBytes key_ = key_of(gallery_key_, person_key_);
    Bytes sealed_ = seal_person(key_.view(), kHere, kAnna, "face/1", secret());
};

TEST_F(SealedPerson, OpensAsItWasSealed) {
    auto opened = open(kHere, kAnna, "face/1", sealed_).value();
    EXPECT_EQ(opened.label, "Anna");
    EXPECT_EQ(opened.reason, "Because");
    ASSERT_EQ(opened.templates.size(), 2U);
    auto expected = secret();
    for (std::size_t i = 0; i < kSize; ++i) {
        EXPECT_FLOAT_EQ(opened.templates[1].unit()[i], expected.templates[1].unit()[i]);
    }
}

TEST_F(SealedPerson, OpensForNobodyAndNowhereElse) {
    EXPECT_FALSE(open(kThere, kAnna, "face/1", sealed_));
    EXPECT_FALSE(open(kHere, kBert, "face/1", sealed_));
    EXPECT_FALSE(open(kHere, kAnna, "face/2", sealed_));
}

TEST_F(SealedPerson, NeedsBothKeys) {
    for (const auto& other :
         {key_of(named("face/0"), person_key_), key_of(gallery_key_, named("face/1"))}) {
        EXPECT_FALSE(open_person(other.view(), kHere, kAnna, "face/1", sealed_, kSize));
    }
}

TEST_F(SealedPerson, IsRefusedWithAnyBitChangedOrCutOff) {
    for (std::size_t at = 0; at < sealed_.size(); ++at) {
        auto damaged = sealed_;
        damaged[at] ^= 0x10U;
        ASSERT_FALSE(open(kHere, kAnna, "face/1", damaged)) << at;
        ASSERT_FALSE(open(kHere, kAnna, "face/1", ByteView(sealed_).first(at))) << at;
    }
    auto wrong_size = open_person(key_.view(), kHere, kAnna, "face/1", sealed_, kSize + 1);
    EXPECT_EQ(wrong_size.error().kind(), ErrorKind::Corrupt);
    EXPECT_FALSE(open_person(key_.view(), kHere, kAnna, "face/1", sealed_, 0));
}

}  // namespace
}  // namespace proviso::recognise
