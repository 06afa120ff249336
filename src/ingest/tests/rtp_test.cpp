#include <gtest/gtest.h>

#include "rtp_receiver.h"

namespace proviso::ingest {
namespace {

Bytes rtp(std::uint16_t sequence, std::uint32_t source = 7, std::uint32_t time = 0) {
    Bytes out;
    ByteWriter(out).u8(0x80).u8(96).u16(sequence).u32(time).u32(source).u8(1);
    return out;
}

/// Feeds sequence numbers and notes what comes out: "5" or "!5" after a gap.
class Feed {
public:
    explicit Feed(bool may_reorder)
        : receiver_(may_reorder, [this](const OrderedPacket& packet) {
              if (!out_.empty()) out_ += ' ';
              out_ += (packet.gap ? "!" : "") + std::to_string(packet.rtp.sequence);
          }) {}

    void give(std::uint16_t sequence, std::uint32_t source = 7) {
        auto bytes = rtp(sequence, source);
        receiver_.receive(bytes, *parse_rtp(bytes), now_);
    }

    void pass(milliseconds time) {
        now_ += time;
        receiver_.tick(now_);
    }

    std::string taken() { return std::exchange(out_, {}); }

    RtpReceiver& receiver() { return receiver_; }

    MonoTime now() const { return now_; }

private:
    RtpReceiver receiver_;
    std::string out_;
    MonoTime now_{std::chrono::seconds(100)};
};

TEST(Rtp, ReadsHeadersWithExtensionContributorsAndPadding) {
    Bytes bytes;
    ByteWriter(bytes).u8(0xB1).u8(0xE0).u16(5).u32(6).u32(7).u32(8);
    ByteWriter(bytes).u16(0xBEDE).u16(1).u32(0).text("payload").u8(0).u8(2);
    auto packet = parse_rtp(bytes);
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->marker);
    EXPECT_EQ(packet->payload_type, 96);
    EXPECT_EQ(packet->sequence, 5);
    EXPECT_EQ(as_text(packet->payload), "payload");
    for (std::size_t size = 0; size < 24; ++size) {
        EXPECT_FALSE(parse_rtp(ByteView(bytes).first(size))) << size;
    }
    bytes.back() = 200;  // more padding than packet
    EXPECT_FALSE(parse_rtp(bytes));
    bytes[0] = 0x40;
    EXPECT_FALSE(parse_rtp(bytes));
}

TEST(Rtcp, ReadsASenderReportAndAGoodbyeAndStopsAtDamage) {
    Bytes bytes;
    ByteWriter(bytes).u8(0x80).u8(200).u16(6).u32(7).u64(0x1122334455667788).u32(90).u32(1).u32(2);
    ByteWriter(bytes).u8(0x81).u8(203).u16(1).u32(7);
    auto news = parse_rtcp(bytes);
    ASSERT_TRUE(news.report);
    EXPECT_EQ(news.report->ntp, 0x1122334455667788U);
    EXPECT_EQ(news.report->timestamp, 90U);
    EXPECT_TRUE(news.goodbye);
    bytes[31] = 200;  // the second packet claims to be longer than it is
    EXPECT_FALSE(parse_rtcp(bytes).goodbye);
    EXPECT_FALSE(parse_rtcp({}).report);
}

TEST(Rtcp, WritesReportsOfWholeWords) {
    auto bytes = make_receiver_report(1, {2, 3, -1, 5, 6, 7, 8});
    EXPECT_EQ(bytes.size() % 4, 0U);
    ByteReader read(bytes);
    EXPECT_EQ(read.u8(), 0x81);
    EXPECT_EQ(read.u8(), 201);
    EXPECT_EQ(read.u16(), 7);
    EXPECT_EQ(read.u32(), 1U);
    EXPECT_EQ(read.u32(), 2U);
    EXPECT_EQ(read.u8(), 3);
    EXPECT_EQ(read.u24(), 0xFFFFFFU);
    read.skip(16);
    EXPECT_EQ(read.u8(), 0x81);
    EXPECT_EQ(read.u8(), 202);
    std::size_t words = read.u16();
    EXPECT_EQ(words * 4, read.remaining());
}

TEST(RtpReceiver, PutsOvertakenPacketsBackInOrderOverUdp) {
    Feed feed(true);
    for (auto n : {65534, 0, 65535, 2, 1, 1, 3}) feed.give(static_cast<std::uint16_t>(n));
    EXPECT_EQ(feed.taken(), "65534 65535 0 1 2 3");
    EXPECT_EQ(feed.receiver().lost(), 0U);
}

TEST(RtpReceiver, WaitsForAMissingPacketOnlySoLong) {
    Feed feed(true);
    feed.give(1);
    feed.give(3);
    feed.give(5);
    feed.pass(milliseconds(40));
    EXPECT_EQ(feed.taken(), "1");
    feed.pass(milliseconds(30));
    EXPECT_EQ(feed.taken(), "!3 !5");
    EXPECT_EQ(feed.receiver().lost(), 2U);
    feed.give(2);  // too late now
    feed.give(6);
    EXPECT_EQ(feed.taken(), "6");
}

TEST(RtpReceiver, HoldsNothingBackOverTcp) {
    Feed feed(false);
    feed.give(1);
    feed.give(4);
    EXPECT_EQ(feed.taken(), "1 !4");
    EXPECT_EQ(feed.receiver().lost(), 2U);
}

TEST(RtpReceiver, FollowsACameraThatBeginsToCountAnew) {
    Feed feed(true);
    feed.give(1000);
    for (std::uint16_t n = 5; n < 20; ++n) feed.give(n);
    EXPECT_EQ(feed.taken(), "1000 !12 13 14 15 16 17 18 19");
    feed.give(20000);  // far ahead: a hole nobody waits for
    EXPECT_EQ(feed.taken(), "!20000");
    feed.give(50, 8);  // another source
    EXPECT_EQ(feed.taken(), "!50");
}

TEST(RtpReceiver, ReportsLossAsAppendixASays) {
    Feed feed(false);
    EXPECT_FALSE(feed.receiver().report(feed.now()));
    for (std::uint16_t n = 0; n < 100; ++n) {
        if (n % 4 != 3) feed.give(n);
    }
    feed.receiver().note({7, 0xAABBCCDD11223344, 0}, feed.now());
    auto report = feed.receiver().report(feed.now() + std::chrono::seconds(2)).value();
    EXPECT_EQ(report.source, 7U);
    EXPECT_EQ(report.lost, 24);
    EXPECT_EQ(report.fraction_lost, 24 * 256 / 99);
    EXPECT_EQ(report.highest_sequence, 98U);
    EXPECT_EQ(report.last_report, 0xCCDD1122U);
    EXPECT_EQ(report.since_last_report, 2U * 65536U);
    feed.give(100);
    feed.give(101);
    EXPECT_EQ(feed.receiver().report(feed.now())->fraction_lost, 256 / 3);
}

}  // namespace
}  // namespace proviso::ingest
