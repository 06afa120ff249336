#include "payload.h"

#include <gtest/gtest.h>

#include "sightings.h"

namespace proviso::alerts {
namespace {

ReviewItem item() {
    ReviewItem made;
    made.id = "1795348800.250000-k3x9qa";
    made.camera = kGate;
    made.from = kNoon + 250ms;
    FindingRecord finding;
    finding.rule = "after-hours";
    finding.kind = "intrusion";
    finding.zone = "drive";
    finding.severity = Severity::Alert;
    finding.title = "Person in drive";
    finding.why = "A person stood in drive for 2 s.";
    finding.model = "embedded";
    made.findings = {finding};
    made.tracks = {{"1795348799.100000-p0d8zz", "person", "red"}};
    return made;
}

TEST(Payload, ReviewsHaveTheShapeFrigateUsersKnow) {
    auto before = item();
    auto after = item();
    after.to = kNoon + 14s;
    after.has_picture = true;
    auto json = review_payload({Stage::End, before, after});
    EXPECT_EQ(json["type"], "end");
    EXPECT_EQ(json["before"]["end_time"], nullptr);
    EXPECT_EQ(json["before"]["thumb_path"], "");
    const auto& now = json["after"];
    EXPECT_EQ(now["id"], "1795348800.250000-k3x9qa");
    EXPECT_EQ(now["camera"], "gate");
    EXPECT_EQ(now["severity"], "alert");
    EXPECT_DOUBLE_EQ(now["start_time"], 1795348800.25);
    EXPECT_DOUBLE_EQ(now["end_time"], 1795348814.0);
    EXPECT_EQ(now["thumb_path"], "/api/review/1795348800.250000-k3x9qa/picture.jpg");
    EXPECT_EQ(now["data"]["detections"], Json({"1795348799.100000-p0d8zz"}));
    EXPECT_EQ(now["data"]["objects"], Json({"person"}));
    EXPECT_EQ(now["data"]["zones"], Json({"drive"}));
    EXPECT_EQ(now["why"], "A person stood in drive for 2 s.");
    EXPECT_EQ(now["rule"], "after-hours");
}

TEST(Payload, EventsHaveTheShapeFrigateUsersKnow) {
    TrackRecord track;
    track.id = "1795348799.100000-p0d8zz";
    track.camera = kGate;
    track.kind = "person";
    track.from = kNoon;
    track.last = kNoon + 3s;
    track.zones = {"drive"};
    auto json = track_payload({Stage::New, track, track});
    EXPECT_EQ(json["type"], "new");
    EXPECT_EQ(json["after"]["label"], "person");
    EXPECT_EQ(json["after"]["end_time"], nullptr);
    EXPECT_EQ(json["after"]["entered_zones"], Json({"drive"}));
    EXPECT_EQ(json["after"]["has_snapshot"], false);
    EXPECT_EQ(json["after"]["sub_label"], nullptr) << "nobody is identified";
    track.ended = true;
    EXPECT_DOUBLE_EQ(track_payload({Stage::End, track, track})["after"]["end_time"], 1795348803.0);
}

TEST(Payload, DiscoveryNamesStatesThatAreReallyPublished) {
    MqttConfig config;
    config.topic_prefix = "site/proviso";
    auto all = discovery(config, kGate);
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(all[0].first, "homeassistant/binary_sensor/site/proviso_gate_motion/config");
    std::set<std::string> ids;
    for (const auto& [topic, payload] : all) {
        EXPECT_EQ(payload["availability_topic"], "site/proviso/available");
        EXPECT_TRUE(payload["state_topic"].get<std::string>().starts_with("site/proviso/gate/"));
        ids.insert(payload["unique_id"].get<std::string>());
    }
    EXPECT_EQ(ids.size(), all.size());
}

TEST(Payload, NothingCanBeSmuggledIntoAHeader) {
    EXPECT_EQ(one_line("a\r\nBcc: all@example.org\n"), "a  Bcc: all@example.org ");
    EXPECT_EQ(header_words("Person in drive"), "Person in drive");
    auto words = header_words("Einfahrt für Gäste: Person");
    EXPECT_EQ(words, "=?utf-8?B?RWluZmFocnQgZsO8ciBHw6RzdGU6IFBlcnNvbg==?=");
    std::string umlauts;
    for (int i = 0; i < 100; ++i) umlauts += "ä";
    words = header_words(umlauts);
    EXPECT_NE(words.find("?=\r\n =?utf-8?B?"), std::string::npos);
    for (std::size_t at = 0; at < words.size();) {
        auto end = std::min(words.find("\r\n ", at), words.size());
        EXPECT_LE(end - at, 75U);
        at = end + 3;
    }
}

TEST(Payload, AMailIsAWholeMessageWithALink) {
    MailConfig config;
    config.from = "nvr@example.org";
    config.recipients = {"a@example.org", "b@example.org"};
    auto evil = item();
    evil.findings[0].title = "Person\r\nBcc: all@example.org";
    auto message = mail_message(
        config, "d1", mail_subject(evil), mail_body(evil, "https://nvr.example.org"), kNoon
    );
    EXPECT_EQ(
        message.substr(0, message.find("MIME-Version")),
        "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nFrom: nvr@example.org\r\n"
        "To: a@example.org, b@example.org\r\n"
        "Subject: gate: Person  Bcc: all@example.org\r\n"
        "Message-ID: <d1@example.org>\r\nAuto-Submitted: auto-generated\r\n"
    );
    auto body = mail_body(item(), "https://nvr.example.org");
    EXPECT_NE(
        body.find("https://nvr.example.org/review?item=1795348800.250000-k3x9qa"), std::string::npos
    );
    EXPECT_NE(body.find("A person stood in drive for 2 s."), std::string::npos);
    EXPECT_EQ(mail_body(item(), "").find("http"), std::string::npos);
}

}  // namespace
}  // namespace proviso::alerts
