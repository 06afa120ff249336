#include <fstream>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include <proviso/record/key_owner.h>
#include <proviso/record/moody_ledger.h>
#include <proviso/record/retention.h>
#include <proviso/record/test_house.h>
#include <proviso/store/test_database.h>

namespace proviso::record {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

const Timestamp kStart = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 1));

class RetentionTest : public testing::Test {
protected:
    struct Kept {
        SegmentId id;
        Timestamp from;
        Timestamp to;
        std::uint64_t bytes = 0;
        std::string key;
        fs::path file;
    };

    Kept add(
        const CameraId& of, Timestamp from, std::uint64_t bytes, std::string_view stream = "main"
    ) {
        catalog::Segment row;
        row.id = SegmentId::random();
        row.camera = of;
        row.stream = stream;
        row.state = catalog::SegmentState::Closed;
        row.from = from;
        row.to = from + 60s;
        auto owner = key_owner({of, media::parse_stream_kind(stream).value()});
        row.key_id = house.keys->camera_day(owner, day_of(from)).value().id;
        row.bytes = bytes;
        row.fragments = 2;
        row.file = to_iso8601(day_of(from)) + "/00/" + of.text() + "/" + row.stream + "-" +
                   row.id.text() + ".pvs";
        row.root = std::string(64, 'a');
        row.leaf = 1;
        row.codec = "avc1.4d401f";
        const auto path = house.recordings() / row.file;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << "x";
        EXPECT_TRUE(house.catalog->put(row));
        return {row.id, row.from, row.to, bytes, row.key_id, path};
    }

    Result<RetentionReport> apply(const std::vector<RetentionRule>& rules, Timestamp now) {
        return apply_retention(rules, house.recordings(), *house.catalog, *house.keys, ledger, now);
    }

    store::TestFolder folder;
    FakeClock clock{kStart};
    MoodyLedger ledger{clock};
    TestHouse house{folder.path(), ledger, clock};
    CameraId camera = CameraId::literal("gate-1");
};

TEST_F(RetentionTest, TheClearRecordingAndItsKeyGoWhileTheMaskedArchiveStays) {
    const auto clear = add(camera, kStart + 1h, 100);
    const auto masked = add(camera, kStart + 1h, 100, "masked");
    EXPECT_NE(clear.key, masked.key) << "a key opens one of the two";
    const std::vector<RetentionRule> rules{
        {camera, 1, {}, false, {}, false}, {camera, 3, {}, false, {}, true}};
    auto report = apply(rules, kStart + std::chrono::days(2) + 3h);
    ASSERT_TRUE(report) << report.error().story();
    EXPECT_EQ(report->segments_deleted, 1U);
    EXPECT_EQ(report->keys_destroyed, std::vector{clear.key});
    EXPECT_FALSE(house.keys->find(clear.key));
    EXPECT_TRUE(house.keys->find(masked.key));
    EXPECT_TRUE(fs::exists(masked.file));
    report = apply(rules, kStart + std::chrono::days(4) + 3h);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->keys_destroyed, std::vector{masked.key});
    EXPECT_FALSE(fs::exists(masked.file));
}

TEST_F(RetentionTest, NothingOutlivesItsDaysAndTheKeyGoesWithTheLastOfTheDay) {
    const auto first = add(camera, kStart + 1h, 100);
    const auto second = add(camera, kStart + 20h, 100);
    const auto third = add(camera, kStart + 30h, 100);
    const std::vector<RetentionRule> rules{{camera, 3, {}, false}};

    auto report = apply(rules, kStart + std::chrono::days(3) + 1h - 1us);
    ASSERT_TRUE(report) << report.error().story();
    EXPECT_EQ(report->segments_deleted, 0U);

    report = apply(rules, kStart + std::chrono::days(3) + 1h);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->segments_deleted, 1U);
    EXPECT_TRUE(report->keys_destroyed.empty());
    EXPECT_FALSE(fs::exists(first.file));
    EXPECT_TRUE(fs::exists(second.file));

    report = apply(rules, kStart + std::chrono::days(3) + 20h);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->keys_destroyed, std::vector{first.key});
    EXPECT_FALSE(house.keys->find(first.key));
    EXPECT_TRUE(house.keys->find(third.key));
    EXPECT_FALSE(fs::exists(house.recordings() / "2026-11-01"));
    EXPECT_FALSE(house.catalog->segment(second.id).value());
}

TEST_F(RetentionTest, KeysOfACameraWithNothingRecordedStayForWhatElseTheySeal) {
    for (int day : {0, 1, 2}) {
        ASSERT_TRUE(house.keys->camera_day(camera, day_of(kStart) + std::chrono::days(day)));
    }
    const auto now = kStart + std::chrono::days(2) + 12h;
    RetentionRule rule{camera, 3, {}, false, day_of(kStart) + std::chrono::days(1)};
    ASSERT_TRUE(apply({rule}, now));
    ASSERT_EQ(house.keys->list().size(), 2U) << "the first day is over";
    // With anything recorded it is the recordings that decide.
    add(camera, kStart + std::chrono::days(2), 100);
    ASSERT_TRUE(apply({rule}, now));
    EXPECT_EQ(house.keys->list().size(), 1U);
}

TEST_F(RetentionTest, NothingOfACameraUnderALegalHoldGoes) {
    const auto held = add(camera, kStart, 100);
    ASSERT_TRUE(apply({{camera, 1, 10, true}}, kStart + std::chrono::days(100)));
    EXPECT_TRUE(fs::exists(held.file));
    EXPECT_TRUE(house.keys->find(held.key));
}

TEST_F(RetentionTest, TheOldestGoFirstWhenACameraHasTooManyBytes) {
    const auto first = add(camera, kStart, 100);
    const auto second = add(camera, kStart + 60s, 100);
    const auto third = add(camera, kStart + 120s, 100);
    ASSERT_TRUE(apply({{camera, 30, 250, false}}, kStart + 1h));
    EXPECT_FALSE(fs::exists(first.file));
    EXPECT_TRUE(fs::exists(second.file));
    EXPECT_TRUE(fs::exists(third.file));
    EXPECT_TRUE(house.keys->find(third.key));
}

TEST_F(RetentionTest, SaysInTheLedgerWhatWentAndWhy) {
    const auto gone = add(camera, kStart, 100);
    ASSERT_TRUE(apply({{camera, 1, {}, false}}, kStart + std::chrono::days(2)));
    const auto entries = ledger.read(0, ledger.size()).value();
    std::vector<std::string> types;
    for (const auto& stored : entries) {
        types.push_back(stored.entry.type);
        if (stored.entry.type != "segment.deleted") continue;
        EXPECT_EQ(stored.entry.body["segments"], Json::array({gone.id.text()}));
        EXPECT_EQ(stored.entry.body["reason"], "age");
    }
    EXPECT_EQ(types, (std::vector<std::string>{"key.destroyed", "segment.deleted"}));
}

TEST_F(RetentionTest, DeletesNothingThatItCannotWriteDown) {
    add(camera, kStart, 100);
    const auto young = add(camera, kStart + 23h, 100);
    const auto old = add(camera, kStart + 1h, 100);
    ledger.fail = true;
    EXPECT_FALSE(apply({{camera, 1, {}, false}}, kStart + 26h));
    EXPECT_TRUE(fs::exists(old.file));
    ledger.fail = false;
    EXPECT_TRUE(apply({{camera, 1, {}, false}}, kStart + 26h));
    EXPECT_FALSE(fs::exists(old.file));
    EXPECT_TRUE(fs::exists(young.file));
}

/// Random recordings, rules, holds and failures against the plain words of the rule.
TEST_F(RetentionTest, KeepsExactlyWhatTheRuleSays) {
    std::mt19937 random(11);
    const std::vector cameras{
        CameraId::literal("a"), CameraId::literal("b"), CameraId::literal("c")};
    std::map<CameraId, std::vector<Kept>> model;
    std::map<CameraId, Timestamp> next;
    std::vector<RetentionRule> rules;
    for (const auto& each : cameras) {
        rules.push_back({each, 3, {}, false});
        next[each] = kStart;
    }
    auto now = kStart;
    for (int step = 0; step < 100; ++step) {
        now += std::chrono::minutes(random() % 600);
        for (const auto& each : cameras) {
            for (auto count = random() % 4; count > 0; --count) {
                next[each] = std::max(next[each] + 61s, now - std::chrono::minutes(random() % 300));
                if (next[each] + 60s > now) break;
                model[each].push_back(add(each, next[each], 50 + random() % 100));
            }
        }
        auto& rule = rules[random() % rules.size()];
        switch (random() % 4) {
            case 0: rule.footage_days = static_cast<std::int64_t>(random() % 5); break;
            case 1: rule.max_bytes = 200 + random() % 2000; break;
            case 2: rule.max_bytes.reset(); break;
            default: rule.legal_hold = random() % 3 == 0; break;
        }
        if (random() % 5 == 0) {
            ledger.fail = true;
            (void)apply(rules, now);
            ledger.fail = false;
        }
        const auto report = apply(rules, now);
        ASSERT_TRUE(report) << report.error().story();
        for (const auto& each : rules) {
            auto& kept = model[each.camera];
            if (!each.legal_hold) {
                std::erase_if(kept, [&](const Kept& segment) {
                    return segment.from <= now - std::chrono::days(each.footage_days);
                });
                std::uint64_t bytes = 0;
                for (const auto& segment : kept) bytes += segment.bytes;
                while (each.max_bytes && bytes > *each.max_bytes) {
                    bytes -= kept.front().bytes;
                    kept.erase(kept.begin());
                }
            }
            const auto rows = house.catalog->segments(
                each.camera, "main", kStart - 1h, now + 24h, 100'000, false
            );
            ASSERT_TRUE(rows);
            ASSERT_EQ(rows->size(), kept.size()) << "step " << step;
            std::set<std::string> wanted;
            for (std::size_t i = 0; i < kept.size(); ++i) {
                ASSERT_EQ((*rows)[i].id, kept[i].id);
                ASSERT_TRUE(fs::exists(kept[i].file));
                ASSERT_TRUE(house.keys->find(kept[i].key));
                wanted.insert(kept[i].key);
            }
            if (each.legal_hold) continue;
            for (const auto& key : house.keys->list()) {
                if (key.camera != each.camera || key.day >= day_of(now - 2h)) continue;
                const auto first = kept.empty() ? day_of(now) : day_of(kept.front().from);
                ASSERT_GE(key.day, first) << key.id;
            }
        }
    }
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(house.recordings())) {
        files += entry.is_regular_file() ? 1 : 0;
    }
    EXPECT_EQ(
        files, model[cameras[0]].size() + model[cameras[1]].size() + model[cameras[2]].size()
    );
}

}  // namespace
}  // namespace proviso::record
