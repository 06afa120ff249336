#pragma once

#include <map>
#include <string>
#include <vector>

#include <proviso/api/server.h>
#include <proviso/base/bounded_queue.h>
#include <proviso/base/guarded.h>
#include <proviso/base/worker.h>
#include <proviso/ingest/pool.h>
#include <proviso/live/hub.h>
#include <proviso/record/recorder.h>

#include "analysis_desk.h"
#include "house.h"
#include "veil_desk.h"

namespace proviso::app {

/// Hands every packet on: the main stream to the recorder, both to the viewers, the eyes and the
/// veils, who take the one they look at. (Life of a frame, step 5.)
class PacketFan final : public ingest::PacketSink {
public:
    PacketFan(record::Recorder& recorder, live::Hub& hub, AnalysisDesk& eyes, VeilDesk& veils)
        : recorder_(recorder), hub_(hub), eyes_(eyes), veils_(veils) {}

    void on_packet(const media::StreamKey& stream, media::PacketPtr packet) override;
    void on_sound(const media::StreamKey& stream, media::SoundPtr sound) override;
    void on_source_state(const media::StreamKey& stream, const ingest::SourceStatus& status)
        override;

private:
    record::Recorder& recorder_;
    live::Hub& hub_;
    AnalysisDesk& eyes_;
    VeilDesk& veils_;
};

/// Keeps every camera on record in the state it should be in: asks the gate, opens sources and
/// recordings, and shuts them when a camera is changed, switched off or no longer permitted.
class CameraDesk {
public:
    CameraDesk(House& house, ingest::Pool& pool, record::Recorder& recorder, live::Hub& hub);
    CameraDesk(const CameraDesk&) = delete;
    CameraDesk& operator=(const CameraDesk&) = delete;
    ~CameraDesk();

    std::vector<api::CameraHealth> health() const;

private:
    /// What runs for one camera, and for which configuration.
    struct Desk {
        registers::Camera camera;
        bool running = false;
        std::string state = "off";  ///< "off", "running", "refused", "waiting"
        std::string words;
        /// For reading the camera at all; the recorder holds its own.
        std::optional<law::Permit<law::Capture>> sources;
        MonoTime renew_after;
        bool sound = false;            ///< it is let in
        std::uint64_t asked_with = 0;  ///< the registers' version when the law was last asked
        MonoTime retry_after;
    };

    void run(const std::stop_token& stop);
    void tend_all();
    void tend(Desk& desk, MonoTime now, std::uint64_t version);
    Result<> open(Desk& desk, MonoTime now);
    void shut(Desk& desk, std::string_view cause, std::string_view words);
    void renew(Desk& desk, MonoTime now, std::uint64_t version);
    void tend_sound(Desk& desk, MonoTime now);
    void refuse(Desk& desk, std::string words);

    House& house_;
    ingest::Pool& pool_;
    record::Recorder& recorder_;
    live::Hub& hub_;
    Guarded<std::map<CameraId, Desk>> desks_;
    /// Holds at most one wake-up: the state itself is read from the registers.
    BoundedQueue<int> wake_{1, WhenFull::DropOldest};
    Worker worker_;
};

}  // namespace proviso::app
