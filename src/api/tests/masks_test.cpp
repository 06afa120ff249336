#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/record/pictures.h>
#include <proviso/record/recorder.h>

#include "route.h"
#include "test_server.h"

namespace proviso::api {
namespace {

using namespace std::chrono_literals;
using identity::Role;

constexpr std::string_view kMarker = "the face of somebody who came by";

/// A camera whose every picture holds a marker: where it can be read, somebody can be seen.
class MasksTest : public ServerTest {
protected:
    MasksTest() {
        record::RecorderOptions options;
        options.folder = folder.path() / "recordings";
        auto recorder = *record::Recorder::open(options, *catalog, *keys, ledger, *gate, clock);
        auto permit = gate->ask(law::Capture{CameraId::literal("gate")});
        EXPECT_TRUE(recorder->start(main, std::get<law::Permit<law::Capture>>(*std::move(permit))));
        record::Pictures pictures(start);
        for (int i = 0; i < 25 * 12; ++i) {
            auto packet = pictures.next_with([](media::Packet& made) {
                std::copy(kMarker.begin(), kMarker.end(), made.data.begin() + 20);
            });
            recorder->on_packet(main, packet);
            hub->on_packet(main, packet);
            hub->on_packet(masked, veiled(*packet));
            if (i % 100 == 99) recorder->settle();
        }
    }

    static media::PacketPtr veiled(const media::Packet& packet) {
        auto made = std::make_shared<media::Packet>(packet);
        std::fill(made->data.begin(), made->data.end(), playback::kVeiled);
        return made;
    }

    std::string playback(std::string_view more = "") const {
        return fmt::format(
            "/api/cameras/gate/playback?from={}&to={}{}",
            to_iso8601(start + 4s),
            to_iso8601(start + 9s),
            more
        );
    }

    Reply export_of(bool clear) {
        Json body{
            {"camera", "gate"},
            {"stream", "main"},
            {"from", to_iso8601(start + 4s)},
            {"to", to_iso8601(start + 9s)},
            {"purpose_code", "evidence"},
            {"clear", clear},
            {"reason", "testing"}};
        return send("operator", "POST", "/api/exports", body.dump());
    }

    std::string finished(const Reply& begun) {
        EXPECT_EQ(begun.status, 202) << begun.body;
        if (begun.status != 202) return {};
        auto id = begun.json()["id"].get<std::string>();
        for (int i = 0; i < 1000; ++i) {
            auto job = get("operator", "/api/exports/" + id).json();
            if (job["state"] == "done") return id;
            if (job["state"] == "failed") {
                ADD_FAILURE() << job;
                return id;
            }
            std::this_thread::sleep_for(10ms);
        }
        ADD_FAILURE() << "the export does not end";
        return id;
    }

    /// Everything a live picture sends until there is enough of it to see somebody.
    std::string watched(const std::string& role, std::string_view query) {
        Reply reply;
        auto client = live(people.at(role), "gate", reply, fmt::format("live{}", query));
        std::string seen = reply.body;
        for (int i = 0; i < 12 && reply.status == 101; ++i) {
            auto frame = client->frame();
            if (!frame || frame->opcode == 8) break;
            seen += frame->payload;
        }
        return seen;
    }

    static bool shows(const std::string& bytes) { return bytes.find(kMarker) != std::string::npos; }

    const media::StreamKey main{CameraId::literal("gate"), media::StreamKind::Main};
    const media::StreamKey masked{CameraId::literal("gate"), media::StreamKind::Masked};
    const Timestamp start = clock.now() - 60s;
};

TEST_F(MasksTest, NoRouteShowsAnybodyToAnybodyWithoutALift) {
    auto item = sight("gate");
    auto id = finished(export_of(false));
    std::size_t media = 0;
    for (const auto& route : routes()) {
        if (route.method != Method::Get) continue;
        for (std::string_view more : {"", "&clear=true", "&clear=false"}) {
            std::string target(route.pattern);
            auto put = [&](std::string_view name, std::string_view value) {
                auto at = target.find(name);
                if (at != std::string::npos) target.replace(at, name.size(), value);
            };
            put("{camera}", "gate");
            put("{id}", route.pattern.starts_with("/api/exports") ? id : item);
            if (route.operation == "getPlayback") target = playback(more);
            if (route.operation == "watchLive" && !more.empty()) {
                target += fmt::format("?{}", more.substr(1));
            }
            for (auto role :
                 {Role::Viewer, Role::Operator, Role::Officer, Role::Auditor, Role::Admin}) {
                std::string name(identity::to_string(role));
                std::string bytes;
                if (route.websocket) {
                    bytes = watched(
                        name,
                        target.substr(
                            target.find('?') == std::string::npos ? target.size() : target.find('?')
                        )
                    );
                } else if (route.operation != "watchEvents") {
                    auto reply = get(name, target);
                    bytes = reply.body;
                    media += reply.status == 200 && bytes.find("moof") != std::string::npos;
                }
                EXPECT_FALSE(shows(bytes)) << route.operation << " " << target << " " << name;
            }
        }
    }
    EXPECT_GE(media, 4U) << "nothing was looked at: the test has lost its teeth";
}

TEST_F(MasksTest, WhatIsPlayedAndHandedOutIsMaskedWithoutAsking) {
    auto played = get("operator", playback());
    ASSERT_EQ(played.status, 200) << played.body;
    EXPECT_EQ(played.headers["x-proviso-shown"], "masked");
    EXPECT_NE(
        played.body.find(std::string(80, static_cast<char>(playback::kVeiled))), std::string::npos
    );
    auto bundle = get("operator", "/api/exports/" + finished(export_of(false)) + "/bundle");
    ASSERT_EQ(bundle.status, 200);
    EXPECT_FALSE(shows(bundle.body));
    EXPECT_NE(bundle.body.find("\"redaction\":{"), std::string::npos);
    EXPECT_NE(bundle.body.find(vision::kVeilVersion), std::string::npos);
}

TEST_F(MasksTest, ClearIsRefusedWithoutALiftOnEveryWay) {
    auto played = get("operator", playback("&clear=true"));
    EXPECT_EQ(played.status, 403);
    EXPECT_EQ(played.kind(), "refused");
    EXPECT_EQ(played.json()["error"]["missing"][0]["what"], "lift");
    EXPECT_EQ(export_of(true).status, 403);
    EXPECT_NE(watched("operator", "?clear=true").find("\"refused\""), std::string::npos);
    EXPECT_TRUE(entries("view").empty());
}

TEST_F(MasksTest, WithALiftItsHolderSeesAndTheLedgerSaysByWhich) {
    auto id = lift("operator");
    auto played = get("operator", playback("&clear=true"));
    ASSERT_EQ(played.status, 200) << played.body;
    EXPECT_TRUE(shows(played.body));
    EXPECT_EQ(played.headers["x-proviso-shown"], "clear");
    EXPECT_TRUE(shows(watched("operator", "?clear=true")));
    EXPECT_FALSE(shows(get("operator", playback()).body)) << "only who asks for it sees it";
    EXPECT_EQ(get("admin", playback("&clear=true")).status, 403) << "another person";
    auto bundle = get("operator", "/api/exports/" + finished(export_of(true)) + "/bundle");
    EXPECT_TRUE(shows(bundle.body));
    for (const auto* type : {"view", "export.requested"}) {
        bool said = false;
        for (const auto& entry : entries(type)) {
            if (!entry.contains("clear")) continue;
            EXPECT_EQ(entry["lift"], id) << type;
            said = true;
        }
        EXPECT_TRUE(said) << type;
    }
}

TEST_F(MasksTest, TheTimelineSaysWhoCouldSeePeopleAndWhen) {
    auto id = lift("operator");
    auto timeline = get(
        "auditor",
        fmt::format(
            "/api/cameras/gate/timeline?from={}&to={}", to_iso8601(start), to_iso8601(start + 1h)
        )
    );
    ASSERT_EQ(timeline.status, 200) << timeline.body;
    auto lifted = timeline.json()["lifts"];
    ASSERT_EQ(lifted.size(), 1U);
    EXPECT_EQ(lifted[0]["lift"], id);
    EXPECT_EQ(lifted[0]["user"], people.at("operator").id);
    EXPECT_TRUE(timeline.json()["masked"].empty());
}

TEST_F(MasksTest, TheEndOfALiftEndsWhatItShowedWithinASecond) {
    auto id = lift("operator");
    Reply reply;
    auto client = live(people.at("operator"), "gate", reply, "live?clear=true");
    ASSERT_EQ(reply.status, 101) << reply.body;
    ASSERT_TRUE(client->frame());
    auto before = clock.monotonic();
    auto target = "/api/lifts/" + id + "/end";
    ASSERT_EQ(send("operator", "POST", target, "").status, 200);
    while (auto frame = client->frame()) {
        if (frame->opcode == 8) break;
    }
    // A second is the promise; a loaded build machine gets more.
    EXPECT_LT(clock.monotonic() - before, 5s);
    EXPECT_EQ(get("operator", playback("&clear=true")).status, 403);
}

}  // namespace
}  // namespace proviso::api
