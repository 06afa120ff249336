#include <random>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <proviso/media/nal.h>
#include <proviso/workers/ring.h>

namespace proviso::workers {
namespace {

constexpr std::size_t kSmall = 64U << 10U;

/// Both ends over one memory, as two processes have them.
struct Ends {
    explicit Ends(std::size_t capacity = kSmall) : Ends(RingMemory::create(capacity).value()) {}

    explicit Ends(RingMemory memory)
        : raw(RingMemory::open(UniqueFd(::dup(memory.fd()))).value()),
          writer(RingMemory::open(UniqueFd(::dup(memory.fd()))).value()),
          reader(std::move(memory)) {}

    bool write(std::size_t size, std::uint8_t fill) {
        RecordHeader header;
        header.kind = 2;
        header.stream = fill;
        header.size = static_cast<std::uint32_t>(size);
        return writer.write(header, Bytes(size, fill));
    }

    RingMemory raw;
    RingWriter writer;
    RingReader reader;
};

TEST(Ring, CarriesRecordsOfAnySizeAroundItsEnd) {
    Ends ends;
    std::mt19937 random(1);
    for (int i = 0; i < 5000; ++i) {
        auto size = random() % 5000;
        auto fill = static_cast<std::uint8_t>(i);
        ASSERT_TRUE(ends.write(size, fill));
        if (i % 3 != 0) {
            ASSERT_TRUE(ends.write(7, fill));
        }
        for (auto expected :
             i % 3 != 0 ? std::vector<std::size_t>{size, 7} : std::vector<std::size_t>{size}) {
            auto record = ends.reader.next().value();
            ASSERT_TRUE(record);
            EXPECT_EQ(record->copy(), Bytes(expected, fill));
            ends.reader.done();
        }
        EXPECT_FALSE(ends.reader.next().value());
    }
}

TEST(Ring, SaysNoWhenFullAndHasRoomAgainAfterReading) {
    Ends ends;
    int written = 0;
    while (ends.write(1000, 1)) ++written;
    EXPECT_EQ(written, static_cast<int>(kSmall / 1048));
    EXPECT_FALSE(ends.write(1000, 1));
    ASSERT_TRUE(ends.reader.next().value());
    ends.reader.done();
    EXPECT_TRUE(ends.write(1000, 1));
}

TEST(Ring, WakesASleepingReaderOnceAndNeverLetsItOversleep) {
    Ends ends;
    EXPECT_FALSE(ends.writer.reader_must_be_woken());
    EXPECT_TRUE(ends.reader.may_sleep());
    ASSERT_TRUE(ends.write(1, 1));
    EXPECT_TRUE(ends.writer.reader_must_be_woken());
    EXPECT_FALSE(ends.writer.reader_must_be_woken());
    EXPECT_FALSE(ends.reader.may_sleep());  // there is something to read
}

TEST(Ring, RefusesEveryLieAboutPositionsAndSizes) {
    auto header_at = [](Ends& ends) { return reinterpret_cast<RecordHeader*>(ends.raw.data()); };
    {
        Ends ends;
        ASSERT_TRUE(ends.write(100, 1));
        header_at(ends)->size = 101;                  // more than was written
        EXPECT_TRUE(ends.reader.next().has_value());  // padding hides it, and it stays inside
        header_at(ends)->size = 105;
        EXPECT_EQ(ends.reader.next().error().kind(), ErrorKind::Corrupt);
        header_at(ends)->size = 0xFFFFFFFF;
        EXPECT_EQ(ends.reader.next().error().kind(), ErrorKind::Corrupt);
    }
    for (std::uint64_t written :
         {std::uint64_t{1},
          std::uint64_t{47},
          std::uint64_t{kSmall + 1},
          ~std::uint64_t{0},
          std::uint64_t{1} << 63U}) {
        Ends ends;
        ends.raw.control().written = written;
        EXPECT_EQ(ends.reader.next().error().kind(), ErrorKind::Corrupt) << written;
    }
    {
        Ends ends;  // the write position goes back
        ASSERT_TRUE(ends.write(100, 1));
        ASSERT_TRUE(ends.reader.next().value());
        ends.reader.done();
        ends.raw.control().written = 8;
        EXPECT_EQ(ends.reader.next().error().kind(), ErrorKind::Corrupt);
    }
}

TEST(Ring, WillNotMapMemoryThatCouldShrinkUnderIt) {
    UniqueFd loose(::memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    ASSERT_EQ(::ftruncate(loose.get(), 4096 + kSmall), 0);
    EXPECT_FALSE(RingMemory::open(std::move(loose)));
    EXPECT_FALSE(RingMemory::create(100'000));
    EXPECT_FALSE(RingMemory::create(1024));
    auto memory = RingMemory::create(kSmall).value();
    EXPECT_NE(::ftruncate(memory.fd(), 4096), 0);
}

TEST(Ring, CarriesEverythingBetweenTwoThreads) {
    Ends ends;
    constexpr std::uint32_t kCount = 20'000;
    std::jthread writer([&ends] {
        Bytes payload(300, 9);
        for (std::uint32_t i = 0; i < kCount;) {
            RecordHeader header;
            header.stream = i;
            header.size = i % 300;
            if (ends.writer.write(header, ByteView(payload).first(i % 300))) {
                ++i;
            } else {
                std::this_thread::yield();
            }
        }
    });
    for (std::uint32_t expected = 0; expected < kCount;) {
        auto record = ends.reader.next().value();
        if (!record) {
            std::this_thread::yield();
            continue;
        }
        ASSERT_EQ(record->header.stream, expected);
        ASSERT_EQ(record->copy(), Bytes(expected % 300, 9));
        ends.reader.done();
        ++expected;
    }
}

}  // namespace
}  // namespace proviso::workers
