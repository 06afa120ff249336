#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include <proviso/vision/pool.h>

#include "../../law/tests/hand_registers.h"

namespace proviso::vision {
namespace {

using std::chrono::seconds;

/// Remembers what it was told.
class Told final : public LookSink {
public:
    struct Picture {
        std::uint64_t request = 0;
        Bytes jpeg;
    };

    struct State {
        std::vector<Observation> seen;
        std::vector<Picture> pictures;
        int begun_again = 0;
    };

    void on_observation(const CameraId& camera, Observation observation) override {
        all_.with([&](auto& all) { all[camera.text()].seen.push_back(std::move(observation)); });
    }

    void on_picture(const CameraId& camera, std::uint64_t request, Bytes jpeg) override {
        all_.with([&](auto& all) {
            all[camera.text()].pictures.push_back({request, std::move(jpeg)});
        });
    }

    void on_begun_again(const CameraId& camera) override {
        all_.with([&](auto& all) { ++all[camera.text()].begun_again; });
    }

    State of(const std::string& camera) {
        return all_.with([&](auto& all) { return all[camera]; });
    }

private:
    Guarded<std::map<std::string, State>> all_;
};

class PoolTest : public testing::Test {
protected:
    void open(int workers = 1) {
        PoolOptions options;
        options.worker_program = PROVISO_VISION_TEST_WORKER;
        options.arguments = {};
        options.workers = workers;
        options.longest_look = milliseconds(400);
        options.ring_bytes = 1U << 20U;
        auto opened = Pool::open(options, told_, clock_);
        ASSERT_TRUE(opened) << opened.error().story();
        pool_ = std::move(*opened);
    }

    static EyeConfig config() {
        EyeConfig config;
        config.detect = config.health = false;
        return config;
    }

    std::shared_ptr<LookPermits> permits(const std::string& name, std::vector<std::string> kinds) {
        auto all = std::make_shared<LookPermits>();
        for (auto& kind : kinds) {
            all->analyse.push_back(std::make_shared<law::Permit<law::Analyse>>(
                gate_permit(law::Analyse{law::camera(name), std::move(kind)})
            ));
        }
        return all;
    }

    law::Permit<law::Analyse> gate_permit(law::Analyse act) {
        return std::get<law::Permit<law::Analyse>>(gate_.ask(std::move(act)).value());
    }

    Result<> look(const std::string& name, const EyeConfig& how = config()) {
        return pool_->look(permits(name, {"motion"}), key(name), how);
    }

    static media::StreamKey key(const std::string& name) {
        return {law::camera(name), media::StreamKind::Main};
    }

    /// One picture, a key frame unless said otherwise.
    void send(const std::string& name, char what, bool key_frame = true) {
        auto packet = std::make_shared<media::Packet>();
        packet->codec = codec_;
        packet->key_frame = key_frame;
        packet->dts = packet->pts = ++pts_ * 3600;
        packet->wall = clock_.now();
        packet->mono = clock_.monotonic();
        packet->data = Bytes(100, static_cast<std::uint8_t>(what));
        pool_->on_packet(key(name), packet);
    }

    /// Sends until it is seen: a worker may still be starting.
    bool seen(const std::string& name, seconds patience = seconds(10)) {
        auto before = told_.of(name).seen.size();
        return eventually(
            [&] {
                send(name, 'o');
                return told_.of(name).seen.size() > before;
            },
            patience
        );
    }

    static bool eventually(const std::function<bool()>& now, seconds patience = seconds(10)) {
        auto end = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < end) {
            if (now()) return true;
            std::this_thread::sleep_for(milliseconds(10));
        }
        return now();
    }

    LookStatus status(const std::string& name) {
        for (auto& each : pool_->status()) {
            if (each.camera.text() == name) return each;
        }
        return {};
    }

    SystemClock clock_;
    law::BreakableLedger ledger_{clock_};
    law::HandRegisters registers_{law::two_sites()};
    law::Gate gate_{
        law::load_packs(PROVISO_PACKS).value(),
        registers_,
        ledger_,
        clock_,
        {std::chrono::minutes(5), ""}};
    Told told_;
    std::shared_ptr<const media::CodecParameters> codec_ =
        std::make_shared<media::CodecParameters>(media::CodecParameters{
            media::Codec::H264, 64, 36, Bytes(20, 1), "avc1.42c00d"});
    std::int64_t pts_ = 0;
    std::unique_ptr<Pool> pool_;
};

TEST_F(PoolTest, TellsWhatAWorkerSawAtTheTimeOfThePictureThatWasSent) {
    open();
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(seen("berlin-1"));
    auto first = told_.of("berlin-1").seen.front();
    EXPECT_EQ(first.width, 64);
    EXPECT_LT(clock_.now() - first.wall, seconds(5));
    EXPECT_EQ(status("berlin-1").state, LookState::Looking);
}

TEST_F(PoolTest, LooksAtNothingWithoutThePermitsThatTheConfigTakes) {
    open();
    auto refused = [&](std::vector<std::string> kinds, const EyeConfig& how) {
        auto result = pool_->look(permits("berlin-1", std::move(kinds)), key("berlin-1"), how);
        return !result && result.error().kind() == ErrorKind::Refused;
    };
    EXPECT_TRUE(refused({}, config()));
    EXPECT_TRUE(refused({"tracking"}, config()));
    EXPECT_FALSE(refused({"motion"}, config()));
    auto detect = config();
    detect.detect = true;
    EXPECT_TRUE(refused({"motion", "object_detection"}, detect));
    EXPECT_FALSE(refused({"motion", "object_detection", "tracking"}, detect));
    auto things = config();
    things.static_objects = true;
    EXPECT_TRUE(refused({"motion"}, things));
    auto health = config();
    health.health = true;
    EXPECT_TRUE(refused({"motion"}, health));
    auto faces = config();
    faces.faces = true;
    EXPECT_TRUE(refused({"motion"}, faces));
    EXPECT_FALSE(refused({"motion", "face_detection"}, faces));
    faces.embed = true;
    EXPECT_TRUE(refused({"motion", "face_detection"}, faces)) << "templates identify";
    auto other = pool_->look(permits("berlin-2", {"motion"}), key("berlin-1"), config());
    EXPECT_FALSE(other) << "a permit for another camera";
}

TEST_F(PoolTest, EndsWithinASecondOfTheEndOfAPermitAndSaysNothingMore) {
    open();
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(seen("berlin-1"));
    registers_.change([](auto& state) { state.records.at("berlin-notice").withdrawn = true; });
    auto count = told_.of("berlin-1").seen.size();
    EXPECT_TRUE(eventually([&] { return status("berlin-1").state == LookState::Ended; }, seconds(1))
    );
    for (int i = 0; i < 20; ++i) send("berlin-1", 'o');
    std::this_thread::sleep_for(milliseconds(200));
    EXPECT_EQ(told_.of("berlin-1").seen.size(), count);
    EXPECT_FALSE(pool_->request_picture(law::camera("berlin-1"), {}, 640));
}

TEST_F(PoolTest, AWorkerThatDiesIsReplacedWithinASecondAndTheOthersGoOn) {
    open(2);
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(look("paris-1"));
    ASSERT_TRUE(seen("berlin-1"));
    ASSERT_TRUE(seen("paris-1"));
    auto pids = pool_->pids();
    send("berlin-1", 'c');
    auto died = std::chrono::steady_clock::now();
    ASSERT_TRUE(eventually([&] { return told_.of("berlin-1").begun_again == 1; }));
    ASSERT_TRUE(seen("berlin-1"));
    EXPECT_LT(std::chrono::steady_clock::now() - died, seconds(5));  // one, if nobody else is busy
    EXPECT_EQ(status("berlin-1").worker_restarts, 1U);
    EXPECT_EQ(status("paris-1").worker_restarts, 0U);
    EXPECT_NE(pool_->pids(), pids);
    EXPECT_TRUE(seen("paris-1"));
}

TEST_F(PoolTest, AWorkerThatStandsStillIsReplaced) {
    open();
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(seen("berlin-1"));
    send("berlin-1", 's');
    EXPECT_TRUE(eventually([&] { return told_.of("berlin-1").begun_again == 1; }, seconds(3)));
    ASSERT_TRUE(seen("berlin-1"));
    ::kill(pool_->pids().front(), SIGSTOP);
    auto stopped = std::chrono::steady_clock::now();
    EXPECT_TRUE(eventually([&] { return told_.of("berlin-1").begun_again == 2; }, seconds(3)));
    EXPECT_LT(std::chrono::steady_clock::now() - stopped, seconds(5));  // one, if nobody is busy
    EXPECT_TRUE(seen("berlin-1"));
}

TEST_F(PoolTest, AWorkerThatComputesForEverIsReplaced) {
    open();
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(seen("berlin-1"));
    send("berlin-1", 'h');
    EXPECT_TRUE(eventually([&] { return told_.of("berlin-1").begun_again == 1; }));
    EXPECT_TRUE(seen("berlin-1"));
}

TEST_F(PoolTest, AWorkerThatLiesIsReplacedAndTheLieIsNotTold) {
    open();
    int restarts = 0;
    for (char lie : {'l', 'f', 'n'}) {
        // Another look each time, so that none of them comes to be suspected.
        ASSERT_TRUE(look("berlin-1"));
        ASSERT_TRUE(seen("berlin-1"));
        send("berlin-1", lie);
        ASSERT_TRUE(eventually([&] { return told_.of("berlin-1").begun_again > restarts; })) << lie;
        restarts = told_.of("berlin-1").begun_again;
    }
    for (const auto& seen : told_.of("berlin-1").seen) {
        EXPECT_TRUE(seen.faces.empty());
        EXPECT_LE(seen.activity, 1);
    }
}

TEST_F(PoolTest, ACameraThatKillsItsWorkersGetsOneOfItsOwnAndAPause) {
    open();
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(look("paris-1"));
    for (int death = 1; death <= 2; ++death) {
        ASSERT_TRUE(seen("berlin-1"));
        send("berlin-1", 'c');
        ASSERT_TRUE(eventually([&] { return told_.of("berlin-1").begun_again == death; }));
    }
    EXPECT_TRUE(status("berlin-1").isolated);
    EXPECT_FALSE(status("berlin-1").words.empty());
    EXPECT_EQ(pool_->pids().size(), 2U);
    ASSERT_TRUE(seen("berlin-1", seconds(20))) << "given another try after the pause";
    ASSERT_TRUE(seen("paris-1"));
    auto others = status("paris-1").worker_restarts;
    send("berlin-1", 'c');
    ASSERT_TRUE(eventually([&] { return told_.of("berlin-1").begun_again == 3; }));
    EXPECT_EQ(status("paris-1").worker_restarts, others);
    EXPECT_TRUE(seen("paris-1"));
}

TEST_F(PoolTest, WhatThereIsNoTimeForIsShedOldestFirstAndCounted) {
    open();
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(seen("berlin-1"));
    auto sent_before = pts_;
    for (int i = 0; i < 200; ++i) send("berlin-1", 'd', i % 10 == 0);  // 8 s of work
    auto last = pts_ * 3600;
    auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(eventually(
        [&] {
            auto now = told_.of("berlin-1").seen;
            return !now.empty() && now.back().pts == last;
        },
        seconds(6)
    ));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(5));
    auto all = told_.of("berlin-1").seen;
    EXPECT_LT(all.size(), static_cast<std::size_t>(pts_ - sent_before));
    EXPECT_GT(all.back().skipped, 100U);
    EXPECT_EQ(status("berlin-1").skipped, all.back().skipped);
    bool marked = false;
    for (const auto& each : all) marked = marked || each.activity == 1.0F;
    EXPECT_TRUE(marked) << "what follows shed pictures is a discontinuity";
}

TEST_F(PoolTest, PicturesAnswerTheirRequestsOrSayThatThereIsNone) {
    open();
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(seen("berlin-1"));
    auto ask = [&](std::vector<behaviour::TrackId> highlight) {
        auto request = pool_->request_picture(law::camera("berlin-1"), highlight, 640);
        EXPECT_TRUE(request);
        Bytes jpeg{1};
        EXPECT_TRUE(eventually([&] {
            for (auto& each : told_.of("berlin-1").pictures) {
                if (each.request != *request) continue;
                jpeg = each.jpeg;
                return true;
            }
            return false;
        }));
        return jpeg;
    };
    EXPECT_EQ(ask({7}).at(2), 7);
    EXPECT_TRUE(ask({}).empty());
    EXPECT_EQ(told_.of("berlin-1").begun_again, 0);
    EXPECT_TRUE(ask({1, 2}).empty()) << "what is no JPEG is not passed on";
    EXPECT_TRUE(eventually([&] { return told_.of("berlin-1").begun_again == 1; }));
    EXPECT_FALSE(pool_->request_picture(law::camera("paris-1"), {}, 640));
}

TEST_F(PoolTest, ADamagedPictureAndABrokenModelCostNoWorker) {
    open();
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(seen("berlin-1"));
    send("berlin-1", 'e');
    auto broken = config();
    broken.max_fps = 13;
    ASSERT_TRUE(look("paris-1", broken));
    EXPECT_TRUE(eventually([&] { return status("paris-1").state == LookState::Broken; }));
    EXPECT_EQ(status("paris-1").words, "the model is not it ") << "no line end";
    EXPECT_TRUE(seen("berlin-1"));
    EXPECT_EQ(status("berlin-1").worker_restarts, 0U);
    ASSERT_TRUE(look("paris-1"));
    EXPECT_TRUE(seen("paris-1")) << "configured anew, it works";
}

TEST_F(PoolTest, NothingIsToldAfterStop) {
    open();
    ASSERT_TRUE(look("berlin-1"));
    ASSERT_TRUE(seen("berlin-1"));
    for (int i = 0; i < 20; ++i) send("berlin-1", 'o');
    pool_->stop(law::camera("berlin-1"));
    auto count = told_.of("berlin-1").seen.size();
    std::this_thread::sleep_for(milliseconds(100));
    EXPECT_EQ(told_.of("berlin-1").seen.size(), count);
    EXPECT_TRUE(pool_->status().empty());
}

}  // namespace
}  // namespace proviso::vision
