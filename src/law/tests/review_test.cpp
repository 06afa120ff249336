#include <thread>

#include <gtest/gtest.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

struct Told {
    CameraId camera;
    Refusal refusal;
};

std::shared_ptr<Guarded<std::vector<Told>>> listen(Gate& gate) {
    auto told = std::make_shared<Guarded<std::vector<Told>>>();
    gate.on_revoked([told](const CameraId& name, const Refusal& refusal) {
        told->with([&](auto& all) { all.push_back({name, refusal}); });
    });
    return told;
}

TEST(Review, WithdrawingTheNoticeStopsTheSiteWithinTheChangeAndNothingElse) {
    Scene scene;
    auto told = listen(scene.gate);
    auto one = scene.permit(Capture{camera("berlin-1")});
    auto two = scene.permit(Capture{camera("berlin-2")});
    auto other = scene.permit(Capture{camera("paris-1")});
    scene.withdraw("berlin-notice");
    EXPECT_FALSE(one.valid(scene.clock.monotonic()));
    EXPECT_FALSE(two.valid(scene.clock.monotonic()));
    EXPECT_TRUE(other.valid(scene.clock.monotonic()));
    auto all = told->copy();
    ASSERT_EQ(all.size(), 2U);
    for (const auto& each : all) {
        EXPECT_NE(each.refusal.words().find("GDPR Arts. 12 and 13"), std::string::npos);
        ASSERT_TRUE(each.refusal.decision);
        auto body = scene.ledger.body(each.refusal.decision->ledger_index);
        EXPECT_EQ(body.at("revokes"), true);
        EXPECT_EQ(body.at("camera"), each.camera.text());
    }
    scene.gate.review();
    EXPECT_EQ(told->copy().size(), 2U) << "told once";
}

TEST(Review, RevokesEvenWhenTheLedgerCannotWrite) {
    Scene scene;
    auto told = listen(scene.gate);
    auto permit = scene.permit(Capture{camera("berlin-1")});
    scene.ledger.broken = true;
    scene.withdraw("berlin-notice");
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
    ASSERT_EQ(told->copy().size(), 1U);
    EXPECT_FALSE(told->copy().at(0).refusal.decision);
}

TEST(Review, ViewsAreRevokedToo) {
    Scene scene;
    auto permit = scene.permit(View{camera("berlin-1"), {}, true});
    scene.registers.change([](auto& state) {
        state.cameras.at(camera("berlin-1")).space.kind = "changing_room";
    });
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
}

TEST(Review, ACameraTakenOffTheRegisterLosesItsPermit) {
    Scene scene;
    auto told = listen(scene.gate);
    auto permit = scene.permit(Capture{camera("berlin-1")});
    scene.registers.change([](auto& state) { state.cameras.erase(camera("berlin-1")); });
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
    ASSERT_EQ(told->copy().size(), 1U);
    EXPECT_FALSE(told->copy().at(0).refusal.reasons.empty());
}

TEST(Review, ARecordThatRunsOutAtMidnightEndsTheRecording) {
    Scene scene;
    scene.registers.change([](auto& state) {
        state.records.at("berlin-notice").valid_until = parse_day("2026-11-22").value();
    });
    auto permit = scene.permit(Capture{camera("berlin-1")});
    scene.clock.advance(std::chrono::hours(12) - microseconds(1));
    ASSERT_FALSE(scene.gate.renew(permit).value());
    scene.gate.review();
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    scene.clock.advance(microseconds(1));
    scene.gate.review();
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
}

TEST(Review, AChangeBetweenSnapshotAndPermitIsNotMissed) {
    Scene scene;
    scene.registers.after_next_snapshot([&] { scene.withdraw("berlin-notice"); });
    EXPECT_TRUE(std::holds_alternative<Refusal>(scene.gate.ask(Capture{camera("berlin-1")}).value())
    );
}

TEST(Review, IsWrittenDownOncePerLeaseLengthWhileLeasesLive) {
    Scene scene;
    scene.gate.review();
    EXPECT_EQ(scene.ledger.size(), 0U) << "nothing to review";
    auto permit = scene.permit(Capture{camera("berlin-1")});
    for (int minute = 0; minute < 10; ++minute) {
        scene.gate.review();
        scene.clock.advance(std::chrono::minutes(1));
    }
    ASSERT_EQ(scene.ledger.size(), 3U);
    EXPECT_EQ(scene.ledger.body(2).at("leases"), 1);
}

TEST(Review, AskingRenewingAndChangingMayHappenAtOnce) {
    Scene scene;
    std::atomic<bool> done{false};
    std::vector<std::jthread> threads;
    for (const auto* name : {"berlin-1", "berlin-2"}) {
        threads.emplace_back([&, name] {
            while (!done) {
                auto answer = scene.gate.ask(Capture{camera(name)}).value();
                auto* permit = std::get_if<Permit<Capture>>(&answer);
                while (permit != nullptr && !scene.gate.renew(*permit).value()) {
                    EXPECT_GT(permit->decision().ledger_index + 1, 0U);
                }
            }
        });
    }
    for (int i = 0; i < 20; ++i) {
        scene.registers.change([&](auto& state) {
            state.records.at("berlin-notice").withdrawn = i % 2 == 0;
        });
        scene.gate.review();
    }
    scene.withdraw("berlin-notice");
    done = true;
    threads.clear();
    EXPECT_TRUE(std::holds_alternative<Refusal>(scene.gate.ask(Capture{camera("berlin-1")}).value())
    );
}

}  // namespace
}  // namespace proviso::law
