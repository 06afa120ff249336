#pragma once

#include <memory>

#include <gtest/gtest.h>

#include <proviso/catalog/catalog.h>
#include <proviso/store/test_database.h>

namespace proviso::catalog {

using namespace std::chrono_literals;

inline const Timestamp kNoon = *parse_timestamp("2026-11-22T12:00:00Z");
inline const CameraId kGate = CameraId::literal("gate-1");
inline const CameraId kYard = CameraId::literal("yard");

class CatalogTest : public store::EngineTest {
protected:
    void SetUp() override {
        EngineTest::SetUp();
        if (IsSkipped()) return;
        open();
    }

    void open() {
        auto opened = Catalog::open(database());
        ASSERT_TRUE(opened) << opened.error().story();
        catalog_ = std::move(opened).value();
    }

    void restart() {
        catalog_.reset();
        test_database().reopen();
        open();
    }

    Catalog& catalog() { return *catalog_; }

    /// A closed segment of `length` beginning `at` after noon.
    static Segment segment(
        microseconds at,
        microseconds length,
        const CameraId& camera = kGate,
        SegmentState state = SegmentState::Closed
    ) {
        Segment made;
        made.id = SegmentId::random();
        made.camera = camera;
        made.stream = "main";
        made.state = state;
        made.from = kNoon + at;
        made.to = made.from + length;
        made.file = camera.text() + "/" + made.id.text() + ".pvs";
        made.key_id = camera.text() + "/2026-11-22/0badcafe";
        made.bytes = 1000;
        made.fragments = 7;
        made.codec = "avc1.64001f";
        made.width = 1920;
        made.height = 1080;
        made.decision = 42;
        if (state == SegmentState::Closed) {
            made.root = std::string(64, 'a');
            made.leaf = 43;
            made.index = std::string("\x01\x00\xFF packed", 10);
        }
        return made;
    }

    std::vector<SegmentId> ids(const Result<std::vector<Segment>>& segments) {
        std::vector<SegmentId> found;
        EXPECT_TRUE(segments) << (segments ? "" : segments.error().story());
        if (segments) {
            for (const auto& one : *segments) found.push_back(one.id);
        }
        return found;
    }

private:
    std::unique_ptr<Catalog> catalog_;
};

}  // namespace proviso::catalog
