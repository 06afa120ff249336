#pragma once

#include <filesystem>
#include <memory>

#include <proviso/alerts/alerts.h>
#include <proviso/alerts/recipients.h>
#include <proviso/ingest/pool.h>
#include <proviso/live/hub.h>
#include <proviso/playback/exporter.h>
#include <proviso/playback/player.h>
#include <proviso/record/recorder.h>

#include "analysis_desk.h"
#include "camera_desk.h"
#include "gallery_door.h"
#include "house.h"
#include "law_round.h"
#include "retention_round.h"
#include "veil_desk.h"

namespace proviso::app {

/// The rooms where pictures move, built on a House, in order; they end in the opposite order.
struct Works {
    live::Hub hub;
    std::unique_ptr<alerts::Alerts> alerts;
    std::unique_ptr<alerts::Recipients> recipients;
    std::unique_ptr<alerts::Notifier> notifier;
    std::unique_ptr<GalleryDoor> galleries;
    std::unique_ptr<AnalysisDesk> eyes;
    std::unique_ptr<record::Recorder> recorder;
    std::unique_ptr<VeilDesk> veils;
    std::unique_ptr<PacketFan> fan;
    std::unique_ptr<ingest::Pool> pool;
    std::unique_ptr<playback::Player> player;
    std::unique_ptr<playback::Exporter> exporter;
    std::unique_ptr<CameraDesk> desk;
    std::unique_ptr<RetentionRound> retention;
    std::unique_ptr<LawRound> law;

    /// `program` is the proviso executable, started as `program worker ...`.
    static Result<std::unique_ptr<Works>> open(House& house, const std::filesystem::path& program);

private:
    explicit Works(const Clock& clock) : hub(clock) {}
};

}  // namespace proviso::app
