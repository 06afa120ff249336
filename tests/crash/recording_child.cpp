#include "recording_child.h"

#include <csignal>
#include <ctime>
#include <thread>

#include <sys/prctl.h>

#include <proviso/base/worker.h>
#include <proviso/record/pictures.h>

#include "open_house.h"

namespace proviso::crash {

namespace {

using namespace std::chrono_literals;

constexpr auto kPicture = 40ms;

/// 8 Mbit/s of 25 pictures a second, a key frame every second, handed over when they are due.
void feed(record::Recorder& recorder, Told& told) {
    const auto codec = record::Pictures::codec();
    const SystemClock clock;
    Bytes pixels(60'000);
    crypto::fill_random(pixels);
    auto due = std::chrono::steady_clock::now();
    for (std::int64_t picture = 0;; ++picture, due += kPicture) {
        std::this_thread::sleep_until(due);
        for (int i = 0; i < kStreams; ++i) {
            media::Packet packet;
            packet.codec = codec;
            packet.key_frame = (picture + i * 3) % 25 == 0;
            packet.dts = packet.pts = picture * 3600;
            packet.wall = clock.now();
            packet.mono = clock.monotonic();
            packet.data.assign(pixels.begin(), pixels.begin() + 40'000 + picture % 20'000);
            auto& stream = told.streams[i];
            const auto begin = packet.wall.time_since_epoch().count();
            if (packet.key_frame && stream.first_key == 0) stream.first_key = begin;
            stream.last_fed = begin + microseconds(kPicture).count();
            recorder.on_packet(
                stream_key(i), std::make_shared<const media::Packet>(std::move(packet))
            );
        }
    }
}

}  // namespace

int record_until_killed(const std::filesystem::path& folder, Told& told) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto begun = std::chrono::steady_clock::now();
    const auto since = [&] {
        return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begun)
            .count();
    };
    OpenHouse open(folder);
    auto recorder = open.open_recorder();
    if (!recorder) {
        std::fprintf(stderr, "recorder: %s\n", recorder.error().story().c_str());
        return 2;
    }
    const auto opened = since();
    for (int i = 0; i < kStreams; ++i) {
        const auto key = stream_key(i);
        const auto newest = open.house.catalog->newest(key.camera, "main");
        if (newest && *newest) {
            told.streams[i].recovered_to = (*newest)->to.time_since_epoch().count();
        }
        open.house.registers.add_camera(key.camera);
    }
    told.opened_us = opened;  // last: what was recovered stands there now
    for (int i = 0; i < kStreams; ++i) {
        const auto key = stream_key(i);
        if (!(*recorder)->start(key, open.house.may_capture(key.camera))) return 3;
    }
    const Worker witness("witness", [&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            const auto number = told.acknowledged.load();
            if (!open.ledger->append({"crash.test", {{"n", number}}, {}})) std::_Exit(4);
            told.acknowledged = number + 1;
            std::this_thread::sleep_for(2ms);
        }
    });
    const Worker watch("watch", [&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            int recording = 0;
            for (const auto& status : (*recorder)->status()) recording += status.recording ? 1 : 0;
            if (recording == kStreams && told.recording_us == 0) told.recording_us = since();
            std::this_thread::sleep_for(5ms);
        }
    });
    feed(**recorder, told);
    return 5;
}

}  // namespace proviso::crash
