#pragma once

#include <atomic>
#include <map>
#include <memory>

#include <proviso/base/bounded_queue.h>
#include <proviso/base/guarded.h>
#include <proviso/base/worker.h>
#include <proviso/live/hub.h>
#include <proviso/record/recorder.h>
#include <proviso/vision/veil_pool.h>

#include "house.h"

namespace proviso::app {

/// Keeps the masked stream of a camera going while somebody watches it or the camera keeps a masked
/// archive, and only then: it costs a decoder, detectors and an encoder (VEIL-1). Made from the sub
/// stream where there is one.
class VeilDesk {
public:
    static Result<std::unique_ptr<VeilDesk>> open(
        House& house, live::Hub& hub, vision::VeilPoolOptions options
    );
    VeilDesk(const VeilDesk&) = delete;
    VeilDesk& operator=(const VeilDesk&) = delete;
    ~VeilDesk();

    /// Of any camera; those nobody needs masked cost one lookup.
    void on_packet(const media::StreamKey& stream, const media::PacketPtr& packet);

    /// Where masked pictures are kept, as the masked stream of their camera.
    void archive_in(record::Recorder& recorder);

    /// What is hidden at a camera, live, played back and exported.
    vision::VeilConfig config_of(const CameraId& camera) const;

    vision::VeilPool& pool() { return *pool_; }

private:
    /// A veil at work, and for what it was set up.
    struct Running {
        media::StreamKey source;
        std::string set_up;
        std::shared_ptr<vision::VeilSession> session;
        MonoTime needed_until;
        std::shared_ptr<std::atomic<std::int64_t>>
            shown;  ///< when the last masked picture was taken
        MonoTime patient_until;
        bool skipping = false;
    };

    VeilDesk(House& house, live::Hub& hub) : house_(house), hub_(hub) {}

    void run(const std::stop_token& stop);
    void tend(MonoTime now);
    void begin(const registers::Camera& camera, MonoTime now);
    bool needed(const registers::Camera& camera) const;

    House& house_;
    live::Hub& hub_;
    std::unique_ptr<vision::VeilPool> pool_;
    std::atomic<record::Recorder*> recorder_{nullptr};
    Guarded<std::map<CameraId, Running>> running_;
    /// Holds at most one wake-up: what is needed is asked of the hub.
    BoundedQueue<int> wake_{1, WhenFull::DropOldest};
    Worker worker_;
};

}  // namespace proviso::app
