#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/media/fmp4.h>
#include <proviso/record/pictures.h>
#include <proviso/record/recorder.h>

#include "test_server.h"

namespace proviso::api {
namespace {

using namespace std::chrono_literals;

/// Camera "gate" with twenty seconds on record.
class PlaybackTest : public ServerTest {
protected:
    PlaybackTest() {
        record::RecorderOptions options;
        options.folder = folder.path() / "recordings";
        auto recorder = record::Recorder::open(options, *catalog, *keys, ledger, *gate, clock);
        EXPECT_TRUE(recorder.has_value()) << recorder.error().story();
        auto permit = gate->ask(law::Capture{CameraId::literal("gate")});
        EXPECT_TRUE(permit.has_value());
        media::StreamKey stream{CameraId::literal("gate"), media::StreamKind::Main};
        EXPECT_TRUE(
            (*recorder)->start(stream, std::get<law::Permit<law::Capture>>(*std::move(permit)))
        );
        record::Pictures pictures(start);
        for (int i = 1; i <= 25 * 20; ++i) {
            (*recorder)->on_packet(stream, pictures.next());
            if (i % 100 == 0) (*recorder)->settle();
        }
        recorder->reset();
        // What these tests are about is what was recorded, not how people are hidden.
        lift("operator");
        lift("admin");
    }

    static std::string at(Timestamp moment) { return to_iso8601(moment); }

    std::string target(Timestamp from, Timestamp to) const {
        return fmt::format("/api/cameras/gate/playback?from={}&to={}&clear=true", at(from), at(to));
    }

    Reply begin_export(std::string_view reason = "Police report 17/4411") {
        Json body{
            {"camera", "gate"},
            {"stream", "main"},
            {"from", at(start + 2s)},
            {"to", at(start + 12s)},
            {"purpose_code", "evidence"},
            {"clear", true},
            {"reason", reason}};
        return send("operator", "POST", "/api/exports", body.dump());
    }

    std::string finished_export() {
        auto id = begin_export().json()["id"].get<std::string>();
        for (int i = 0; i < 1000; ++i) {
            auto job = get("operator", "/api/exports/" + id).json();
            if (job["state"] == "done") return id;
            EXPECT_NE(job["state"], "failed") << job;
            std::this_thread::sleep_for(10ms);
        }
        ADD_FAILURE() << "the export does not end";
        return id;
    }

    Timestamp start = clock.now() - 60s;
};

TEST_F(PlaybackTest, SendsAnInitSegmentAndFragmentsFromTheKeyFrameBefore) {
    auto reply = get("operator", target(start + 5s, start + 10s));
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.headers["content-type"], "video/mp4");
    EXPECT_EQ(reply.headers["x-proviso-codec"].substr(0, 5), "avc1.");
    auto first = parse_timestamp(reply.headers["x-proviso-start"]);
    ASSERT_TRUE(first.has_value());
    EXPECT_LE(*first, start + 5s);
    EXPECT_EQ(reply.body.substr(4, 4), "ftyp");
    ByteView rest = as_bytes(reply.body);
    auto moof = reply.body.find("moof");
    ASSERT_NE(moof, std::string::npos);
    rest = rest.subspan(moof - 4);
    std::uint64_t ticks = 0;
    while (!rest.empty()) {
        auto fragment = media::parse_fragment(rest);
        ASSERT_TRUE(fragment.has_value()) << fragment.error().story();
        for (const auto& sample : fragment->samples) ticks += sample.duration;
        rest = rest.subspan(fragment->size);
    }
    EXPECT_GE(ticks, 5 * 90'000U);
}

TEST_F(PlaybackTest, WritesDownOneEntryPerWindowNotPerRequest) {
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(get("operator", target(start + i * 2s, start + i * 2s + 2s)).status, 200);
    }
    auto views = entries("view");
    ASSERT_GE(views.size(), 1U);
    ASSERT_LE(views.size(), 2U) << "two if ten-minute windows meet inside the range";
    EXPECT_EQ(views[0]["user"], people.at("operator").id);
    EXPECT_EQ(views[0]["live"], false);
    EXPECT_LE(*parse_timestamp(views[0]["from"].get<std::string>()), start);
    EXPECT_GE(*parse_timestamp(views.back()["to"].get<std::string>()), start + 10s);
    ASSERT_EQ(get("admin", target(start, start + 2s)).status, 200);
    EXPECT_GT(entries("view").size(), views.size()) << "another person, another entry";
}

TEST_F(PlaybackTest, SaysWhereSomethingIsRecordedWhenThereIsNothing) {
    auto reply = get("operator", target(start - 1h, start - 1h + 10s));
    EXPECT_EQ(reply.status, 404);
    EXPECT_FALSE(reply.json()["error"]["next_step"].get<std::string>().empty());
}

TEST_F(PlaybackTest, RefusesWithTheArticlesOnceTheNoticeIsWithdrawn) {
    ASSERT_EQ(get("operator", target(start, start + 2s)).status, 200);
    send("officer", "POST", "/api/records/berlin-notice/withdraw", R"({"reason":"torn down"})");
    gate->review();
    auto reply = get("operator", target(start, start + 2s));
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.kind(), "refused");
    EXPECT_EQ(reply.json()["error"]["articles"][0]["cite"], "Test Act s. 1");
    EXPECT_EQ(begin_export().kind(), "refused");
}

TEST_F(PlaybackTest, ATimelineShowsSpansAndDays) {
    auto timeline =
        get("auditor",
            fmt::format("/api/cameras/gate/timeline?from={}&to={}", at(start - 1h), at(start + 1h))
        );
    ASSERT_EQ(timeline.status, 200);
    auto spans = timeline.json()["spans"];
    ASSERT_EQ(spans.size(), 1U) << timeline.body;
    EXPECT_GT(spans[0]["bytes"], 1000);
    EXPECT_FALSE(spans[0]["open"].get<bool>());
    auto day = at(start).substr(0, 10);
    auto days = get("auditor", fmt::format("/api/cameras/gate/days?from={}&to={}", day, day));
    EXPECT_GE(days.json()["days"][0]["recorded_seconds"], 18) << days.body;
}

TEST_F(PlaybackTest, AnExportIsMadeListedDownloadedInRangesAndRemoved) {
    auto begun = begin_export();
    ASSERT_EQ(begun.status, 202) << begun.body;
    auto id = finished_export();
    auto requested = entries("export.requested");
    ASSERT_EQ(requested.size(), 2U);
    EXPECT_EQ(requested[0]["user"], people.at("operator").id);
    EXPECT_FALSE(requested[0].contains("reason")) << "personal: kept beside the log";
    auto target = "/api/exports/" + id + "/bundle";
    auto whole = get("operator", target);
    ASSERT_EQ(whole.status, 200);
    EXPECT_EQ(whole.headers["content-disposition"].find("attachment; filename=\"gate-"), 0U);
    TestClient client(server->port());
    auto headers = as("operator");
    headers.emplace_back("Range", "bytes=10-19");
    auto part = client.request("GET", target, headers);
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, whole.body.substr(10, 10));
    EXPECT_EQ(part.headers["content-range"], fmt::format("bytes 10-19/{}", whole.body.size()));
    headers.back().second = "bytes=999999999-";
    EXPECT_EQ(client.request("GET", target, headers).status, 416);
    EXPECT_EQ(entries("export.downloaded").size(), 1U) << "ranges of one download are one";
    EXPECT_EQ(send("operator", "DELETE", "/api/exports/" + id, "").status, 204);
    EXPECT_EQ(get("operator", target).status, 404);
    EXPECT_EQ(entries("export.removed").size(), 1U);
}

TEST_F(PlaybackTest, OperatorsHaveTheirOwnExportsOnly) {
    auto id = finished_export();
    people["other"] = add_person("other", "operator");
    EXPECT_TRUE(get("other", "/api/exports").json()["exports"].empty());
    EXPECT_EQ(get("other", "/api/exports/" + id).status, 404);
    EXPECT_EQ(get("other", "/api/exports/" + id + "/bundle").status, 404);
    EXPECT_EQ(get("auditor", "/api/exports").json()["exports"].size(), 1U);
    EXPECT_EQ(get("auditor", "/api/exports/" + id + "/bundle").status, 403);
    EXPECT_EQ(get("admin", "/api/exports/" + id + "/bundle").status, 200);
}

TEST_F(PlaybackTest, WithoutALedgerNoPictureAndNoBundleLeaves) {
    auto id = finished_export();
    ledger.broken = true;
    EXPECT_EQ(get("operator", target(start, start + 2s)).status, 503);
    EXPECT_EQ(get("operator", "/api/exports/" + id + "/bundle").status, 503);
    EXPECT_EQ(begin_export().status, 503);
    EXPECT_EQ(send("operator", "DELETE", "/api/exports/" + id, "").status, 503);
    ledger.broken = false;
    EXPECT_EQ(get("operator", "/api/exports/" + id + "/bundle").status, 200);
}

TEST_F(PlaybackTest, AnExportNeedsAPurposeAReasonAndARange) {
    auto attempt = [&](const Json& change) {
        Json body{
            {"camera", "gate"},
            {"stream", "main"},
            {"from", at(start + 2s)},
            {"to", at(start + 12s)},
            {"purpose_code", "evidence"},
            {"reason", "Police report"}};
        body.update(change);
        return send("operator", "POST", "/api/exports", body.dump());
    };
    for (const auto& change :
         {Json{{"reason", ""}},
          Json{{"purpose_code", "curiosity"}},
          Json{{"to", at(start)}},
          Json{{"to", at(start + 24h)}},
          Json{{"stream", "third"}},
          Json{{"from", "now"}},
          Json{{"recipient_country", "XX"}},
          Json{{"extra", 1}}}) {
        auto reply = attempt(change);
        EXPECT_EQ(reply.status, 400) << change << reply.body;
    }
    EXPECT_TRUE(entries("export.requested").empty());
}

}  // namespace
}  // namespace proviso::api
