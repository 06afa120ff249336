#include <gtest/gtest.h>

#include <proviso/proof/entry.h>

namespace proviso::proof {
namespace {

Entry example() {
    Entry entry;
    entry.type = "segment.closed";
    entry.at = parse_timestamp("2026-11-22T13:05:07.250000Z").value();
    entry.mono_us = 123'456'789;
    entry.boot = "0c9e4b52";
    entry.body = Json{{"camera", "gate-1"}, {"fragments", 12}};
    return entry;
}

TEST(Entry, HasOneFormThatNeverChanges) {
    auto entry = example();
    EXPECT_EQ(
        encode(entry).value(),
        R"({"at":"2026-11-22T13:05:07.250000Z","body":{"camera":"gate-1","fragments":12},)"
        R"("boot":"0c9e4b52","mono":123456789,"type":"segment.closed","v":1})"
    );
    entry.commit = payload_commitment(as_bytes("salt"), R"({"name":"x"})");
    EXPECT_NE(
        encode(entry).value().find(R"("commit":")" + to_hex(*entry.commit)), std::string::npos
    );
}

TEST(Entry, ComesBackAsItWentIn) {
    auto entry = example();
    entry.commit = Digest{7};
    entry.mono_us = -1;
    auto bytes = encode(entry).value();
    auto decoded = decode_entry(bytes).value();
    EXPECT_EQ(encode(decoded).value(), bytes);
    EXPECT_EQ(decoded.commit, entry.commit);
    EXPECT_EQ(decoded.at, entry.at);
}

TEST(Entry, IsRefusedInAnyOtherForm) {
    auto good = encode(example()).value();
    std::vector<std::string> bad{
        "",
        "{}",
        "[]",
        "null",
        good + " ",
        " " + good,
        good + good,
        good.substr(0, good.size() - 1)};
    auto replaced = [&](std::string_view what, std::string_view with) {
        auto text = good;
        text.replace(text.find(what), what.size(), with);
        return text;
    };
    bad.push_back(replaced("12}", "12.0}"));
    bad.push_back(replaced("12}", "1e1}"));
    bad.push_back(replaced(R"("v":1)", R"("v":2)"));
    bad.push_back(replaced(R"("v":1)", R"("v":1,"x":1)"));
    bad.push_back(replaced(R"(.250000Z)", R"(.25Z)"));
    bad.push_back(replaced(R"("type":"segment.closed")", R"("type":"Segment closed")"));
    bad.push_back(replaced(R"(gate-1)", R"(gate\u002d1)"));
    bad.push_back(replaced(R"(gate-1)", "gate-\xff"));
    bad.push_back(replaced(R"({"camera":"gate-1","fragments":12})", "[]"));
    bad.push_back(replaced(R"("boot":)", R"("boot":"x","boot":)"));
    bad.push_back(replaced(R"("boot":)", R"("commit":null,"boot":)"));
    bad.push_back(replaced(R"("boot":"0c9e4b52",)", ""));
    for (const auto& text : bad) {
        auto decoded = decode_entry(text);
        ASSERT_FALSE(decoded) << text;
        EXPECT_EQ(decoded.error().kind(), ErrorKind::Corrupt) << text;
    }
}

TEST(Entry, ChangesMeaningOrBreaksWithEveryFlippedBit) {
    auto good = encode(example()).value();
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        auto text = good;
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
        auto decoded = decode_entry(text);
        if (decoded) {
            ASSERT_EQ(encode(*decoded).value(), text) << "two forms of one entry";
        }
    }
}

TEST(Entry, IsNotWrittenIfItCouldNotBeReadAgain) {
    auto refused = [](auto change) {
        auto entry = example();
        change(entry);
        return !encode(entry);
    };
    EXPECT_TRUE(refused([](Entry& e) { e.body["score"] = 0.5; }));
    EXPECT_TRUE(refused([](Entry& e) { e.body["text"] = "\xff"; }));
    EXPECT_TRUE(refused([](Entry& e) { e.body = Json::array(); }));
    EXPECT_TRUE(refused([](Entry& e) { e.type = "Uppercase"; }));
    EXPECT_TRUE(refused([](Entry& e) { e.type = ""; }));
    EXPECT_TRUE(refused([](Entry& e) {
        for (int i = 0; i < 40; ++i) e.body = Json{{"in", e.body}};
    }));
    auto large = example();
    large.body["text"] = std::string(4096, 'x');
    EXPECT_EQ(encode(large).error().kind(), ErrorKind::TooLarge);
}

TEST(PayloadCommitment, DependsOnSaltAndPayload) {
    auto one = payload_commitment(as_bytes("salt"), "payload");
    EXPECT_NE(one, payload_commitment(as_bytes("sale"), "payload"));
    EXPECT_NE(one, payload_commitment(as_bytes("salt"), "payloae"));
}

}  // namespace
}  // namespace proviso::proof
