#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include <proviso/base/file.h>

#include "fixture.h"

namespace proviso::recognise {
namespace {

namespace fs = std::filesystem;

/// Numbers to look for, kept so that the search does not find itself.
class Pattern {
public:
    explicit Pattern(std::span<const float> numbers) {
        const auto* bytes =
            static_cast<const std::uint8_t*>(static_cast<const void*>(numbers.data()));
        for (std::size_t i = 0; i < kSize; ++i) hidden_.at(i) = bytes[i] ^ kMask;
    }

    std::size_t count(ByteView memory) const {
        std::size_t found = 0;
        for (std::size_t at = 0; at + kSize <= memory.size(); ++at) {
            std::size_t same = 0;
            while (same < kSize && (memory[at + same] ^ kMask) == hidden_.at(same)) ++same;
            if (same == kSize) ++found;
        }
        return found;
    }

private:
    static constexpr std::size_t kSize = 24;
    static constexpr std::uint8_t kMask = 0x5A;
    std::array<std::uint8_t, kSize> hidden_{};
};

/// How often the pattern stands in what this process can write to.
std::size_t in_memory(const Pattern& pattern) {
    static Bytes buffer(1U << 20U);
    std::ifstream maps("/proc/self/maps");
    UniqueFd memory = open_file("/proc/self/mem", O_RDONLY).value();
    std::size_t found = 0;
    std::string line;
    auto own = reinterpret_cast<std::uintptr_t>(buffer.data());
    while (std::getline(maps, line)) {
        std::uintptr_t from = 0;
        std::uintptr_t to = 0;
        char rights[5] = {};
        if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, rights) != 3) continue;
        if (rights[0] != 'r' || rights[1] != 'w' || to - from > (1ULL << 30U)) continue;
        constexpr std::uintptr_t kOverlap = 64;
        for (auto at = from; at < to; at += buffer.size() - kOverlap) {
            if (at < own + buffer.size() && own < at + buffer.size()) {
                // Its own copies do not count.
                std::fill(buffer.begin(), buffer.end(), 0);
            }
            auto size = std::min<std::uintptr_t>(buffer.size(), to - at);
            auto got = ::pread(memory.get(), buffer.data(), size, static_cast<off_t>(at));
            if (got > 0)
                found += pattern.count(ByteView(buffer).first(static_cast<std::size_t>(got)));
            std::fill(buffer.begin(), buffer.end(), 0);
        }
    }
    return found;
}

std::size_t in_folder(const Pattern& pattern, const fs::path& folder) {
    std::size_t found = 0;
    for (const auto& file : fs::recursive_directory_iterator(folder)) {
        if (!file.is_regular_file()) continue;
        auto content = read_file(file.path()).value();
        found += pattern.count(as_bytes(content));
    }
    return found;
}

class Traces : public Recognising {
protected:
    /// Drawn into place, so that no other copy was ever made.
    behaviour::FaceView drawn(std::uint64_t track) {
        auto face = face_of(std::vector<float>(kDimensions), track);
        std::normal_distribution<float> normal;
        double square = 0;
        for (auto& number : face.embedding) {
            number = normal(random_);
            square += static_cast<double>(number) * number;
        }
        // Of length one from the start, so that what is compared has the same bytes.
        for (auto& number : face.embedding) {
            number = static_cast<float>(number / std::sqrt(square));
        }
        return face;
    }

    std::mt19937 random_{99};
};

TEST_P(Traces, OfAFaceThatIsNotEnrolledAreGoneFromMemoryAndDiskAfterTheComparison) {
    enrol("p-anna", faces_.somebody());
    auto held = permit();
    auto stranger = drawn(1);
    Pattern pattern(std::span(stranger.embedding).subspan(20));
    ASSERT_GE(in_memory(pattern), 1U) << "the search finds what is there";
    auto began = std::chrono::steady_clock::now();
    ASSERT_FALSE(recogniser().match(held, stranger, {scene.clock.now(), 640}).value());
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
    EXPECT_EQ(in_memory(pattern), 0U);
    ASSERT_TRUE(recogniser().tidy());
    EXPECT_EQ(in_folder(pattern, folder_.path()), 0U);
    if (GetParam() == store::Engine::Sqlite) {
        auto file = fs::path(test_database().url().substr(std::strlen("sqlite:")));
        EXPECT_EQ(in_folder(pattern, file.parent_path()), 0U);
    }
}

TEST_P(Traces, OfAnEnrolledFaceAreInLockedMemoryOnlyAndGoWithThePerson) {
    auto face = drawn(1);
    Pattern pattern(std::span(face.embedding).subspan(20));
    consent("p-anna");
    auto enrolment = enrolment_of("p-anna", {});
    enrolment.samples[0].face = std::move(face);
    {
        auto granted = permits(gallery_, PersonId::literal("p-anna"));
        ASSERT_TRUE(recogniser().enrol(granted, std::move(enrolment), kOfficer));
    }
    EXPECT_EQ(in_memory(pattern), 1U) << "the template in the index, and nothing else";
    EXPECT_EQ(in_folder(pattern, folder_.path()), 0U);
    if (GetParam() == store::Engine::Sqlite) {
        auto file = fs::path(test_database().url().substr(std::strlen("sqlite:")));
        EXPECT_EQ(in_folder(pattern, file.parent_path()), 0U);
        auto content = read_file(file).value();
        EXPECT_EQ(content.find("Label of"), std::string::npos) << "labels rest sealed too";
    }
    scene.withdraw("consent-of-p-anna");
    EXPECT_EQ(in_memory(pattern), 0U);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, Traces, testing::Values(store::Engine::Sqlite));

}  // namespace
}  // namespace proviso::recognise
