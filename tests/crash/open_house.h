#pragma once

#include <cstdio>
#include <cstdlib>

#include <proviso/ledger/tile_ledger.h>
#include <proviso/record/recorder.h>
#include <proviso/record/test_house.h>

namespace proviso::crash {

/// Everything on a real disk, opened as the server would after whatever happened.
struct OpenHouse {
    explicit OpenHouse(const std::filesystem::path& folder)
        : ledger(open_ledger(folder)), house(folder, *ledger, clock) {}

    static std::unique_ptr<ledger::Ledger> open_ledger(const std::filesystem::path& folder) {
        static const SystemClock kClock;
        const Bytes seed(32, 7);
        auto opened = ledger::open_tile_ledger(
            {.folder = folder / "ledger",
             .origin = "crash.invalid/log",
             .signing_key = crypto::SigningKey::from_seed(seed).value(),
             .payload_key = crypto::SecretBytes::copy_of(seed)},
            kClock
        );
        if (opened) return *std::move(opened);
        std::fprintf(stderr, "ledger: %s\n", opened.error().story().c_str());
        std::abort();
    }

    Result<std::unique_ptr<record::Recorder>> open_recorder() {
        record::RecorderOptions options;
        options.folder = house.recordings();
        // Short, so that many kills come near a cut.
        options.segment_length = std::chrono::seconds(2);
        return record::Recorder::open(
            options, *house.catalog, *house.keys, *ledger, house.gate, clock
        );
    }

    SystemClock clock;
    std::unique_ptr<ledger::Ledger> ledger;
    record::TestHouse house;
};

inline media::StreamKey stream_key(int number) {
    return {CameraId::literal("camera-" + std::to_string(number)), media::StreamKind::Main};
}

}  // namespace proviso::crash
