#include <map>

#include <fmt/format.h>

#include "camera_desk.h"

namespace proviso::app {

namespace {

api::CameraHealth told(
    const ingest::SourceStatus& source,
    const std::map<media::StreamKey, record::StreamStatus>& recordings
) {
    api::CameraHealth health;
    health.frames_per_second = source.frames_per_second;
    health.bits_per_second = static_cast<double>(source.bits_per_second);
    health.reconnects = source.reconnects;
    health.lost_packets = source.lost;
    health.last_packet = source.last_packet;
    switch (source.state) {
        case ingest::SourceState::Connecting:
            health.state = "connecting";
            health.words = "Connecting to the camera.";
            break;
        case ingest::SourceState::Playing:
            health.state = "live";
            health.words = "The camera sends pictures.";
            break;
        case ingest::SourceState::Waiting:
            health.state = "waiting";
            health.words = fmt::format("No pictures: {}. Trying again.", source.cause);
            break;
        case ingest::SourceState::Stopped:
            health.state = "off";
            health.words = source.cause;
            break;
    }
    auto recording = recordings.find(source.stream);
    if (recording == recordings.end()) return health;
    health.durable_to = recording->second.durable_to;
    if (health.state != "live") return health;
    if (recording->second.recording) {
        health.state = "recording";
        health.words = "Recording.";
    } else if (!recording->second.cause.empty()) {
        health.state = "waiting";
        health.words = recording->second.cause;
    }
    return health;
}

/// Whether sound is recorded, and why not.
void tell_sound(
    api::CameraHealth& health,
    const ingest::SourceStatus& source,
    const std::map<media::StreamKey, record::StreamStatus>& recordings,
    bool let_in
) {
    auto recording = recordings.find(source.stream);
    health.sound_recorded = recording != recordings.end() && recording->second.sound;
    if (!let_in) {
        health.sound =
            "Sound is not recorded: the law does not permit it here yet. The matrix says what is "
            "missing.";
    } else if (source.sound == ingest::SoundState::Waiting) {
        health.sound = fmt::format("Sound is not recorded: {}.", source.sound_words);
    } else if (source.sound != ingest::SoundState::Playing) {
        health.sound = "The camera is being asked for its sound.";
    } else if (health.sound_recorded) {
        health.sound = "Sound is recorded.";
    } else {
        health.sound = "Sound arrives; it is recorded from the next key frame on.";
    }
}

}  // namespace

std::vector<api::CameraHealth> CameraDesk::health() const {
    std::map<media::StreamKey, record::StreamStatus> recordings;
    for (auto& status : recorder_.status()) recordings[status.stream] = status;
    std::map<media::StreamKey, ingest::SourceStatus> sources;
    for (auto& status : pool_.status()) sources[status.stream] = status;

    std::vector<api::CameraHealth> all;
    desks_.with([&](const auto& desks) {
        for (const auto& [id, desk] : desks) {
            for (auto kind : {media::StreamKind::Main, media::StreamKind::Sub}) {
                if (kind == media::StreamKind::Sub && !desk.camera.sub) continue;
                api::CameraHealth health;
                auto source = sources.find({id, kind});
                if (desk.running && source != sources.end()) {
                    health = told(source->second, recordings);
                    if (kind == media::StreamKind::Main && desk.camera.audio.value_or(false)) {
                        tell_sound(health, source->second, recordings, desk.sound);
                    }
                } else {
                    health.state = desk.state == "running" ? "connecting" : desk.state;
                    health.words = desk.words;
                }
                health.camera = id;
                health.stream = media::to_string(kind);
                all.push_back(std::move(health));
            }
        }
    });
    return all;
}

}  // namespace proviso::app
