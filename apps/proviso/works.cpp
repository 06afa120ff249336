#include "works.h"

namespace proviso::app {

Result<std::unique_ptr<Works>> Works::open(House& house, const std::filesystem::path& program) {
    const auto& config = house.config;
    std::unique_ptr<Works> works(new Works(house.clock));

    alerts::AlertsOptions seen;
    seen.pictures = config.pictures();
    works->alerts = PROVISO_TRY(
        alerts::Alerts::open(seen, *house.database, *house.keys, *house.ledger, house.clock)
            .while_doing("open alerts")
    );

    works->recipients =
        std::make_unique<alerts::Recipients>(*house.gate, *house.registers, house.clock);
    works->notifier =
        PROVISO_TRY(alerts::Notifier::open(
                        config.notices,
                        *works->alerts,
                        house.clock,
                        [recipients = works->recipients.get()](
                            const CameraId& camera, const std::string& country, Timestamp from
                        ) { return recipients->may_send(camera, country, from); }
        ).while_doing("open notices"));

    record::RecorderOptions recording;
    recording.folder = config.recordings();
    recording.segment_length = config.record.segment;
    recording.fragment_length = config.record.fragment;
    recording.sync_every = config.record.sync;
    recording.writers = config.record.writers;
    recording.least_free_bytes = config.record.least_free_bytes;
    works->recorder = PROVISO_TRY(
        record::Recorder::open(
            recording, *house.catalog, *house.keys, *house.ledger, *house.gate, house.clock
        )
            .while_doing("open recorder")
    );

    vision::PoolOptions eyes;
    eyes.worker_program = program;
    eyes.workers = config.vision.workers;
    works->galleries = std::make_unique<GalleryDoor>(*house.recogniser);
    works->eyes =
        PROVISO_TRY(AnalysisDesk::open(house, eyes, {*works->alerts, works->galleries.get()})
                        .while_doing("open the eyes"));

    vision::VeilPoolOptions veils;
    veils.worker_program = program;
    works->veils = PROVISO_TRY(
        VeilDesk::open(house, works->hub, std::move(veils)).while_doing("open the veils")
    );
    playback::Masking masking;
    masking.pool = &works->veils->pool();
    masking.config = [veils = works->veils.get()](const CameraId& camera) {
        return veils->config_of(camera);
    };

    works->veils->archive_in(*works->recorder);
    works->fan =
        std::make_unique<PacketFan>(*works->recorder, works->hub, *works->eyes, *works->veils);
    ingest::PoolOptions ingest;
    ingest.worker_program = program;
    ingest.workers = config.ingest.workers;
    works->pool =
        PROVISO_TRY(ingest::Pool::open(ingest, *works->fan, house.clock).while_doing("open ingest")
        );

    works->player = std::make_unique<playback::Player>(
        config.recordings(), *house.catalog, *house.keys, house.clock, masking
    );
    works->exporter = PROVISO_TRY(playback::Exporter::open(
                                      config.recordings(),
                                      config.exports(),
                                      *house.catalog,
                                      *house.keys,
                                      *house.ledger,
                                      house.clock,
                                      masking
    )
                                      .while_doing("open exporter"));
    works->desk = std::make_unique<CameraDesk>(house, *works->pool, *works->recorder, works->hub);
    works->retention = std::make_unique<RetentionRound>(house, *works->exporter, *works->alerts);
    auto reminders =
        PROVISO_TRY(law::ReminderBook::open(*house.database).while_doing("open the reminders"));
    works->law = std::make_unique<LawRound>(house, *works->notifier, std::move(reminders));
    return works;
}

}  // namespace proviso::app
