#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include <proviso/law/act.h>
#include <proviso/law/permit.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/face_reader.h>

namespace proviso::vision {

/// Everything that a look at a camera rests on, shared with whoever renews it. The look ends with
/// the first of them.
struct LookPermits {
    std::vector<std::shared_ptr<const law::Permit<law::Analyse>>> analyse;
    std::shared_ptr<const law::Permit<law::Identify>> identify;  ///< null: nobody is identified

    bool valid(MonoTime now) const;
    bool permits(std::string_view kind) const;
};

enum class LookState : std::uint8_t {
    Waiting,  ///< its worker is being started or replaced, or it is left alone for a while
    Looking,
    Ended,   ///< a permit ended; look() again
    Broken,  ///< it cannot be looked at as configured; `words` say why
};

std::string_view to_string(LookState state);

struct LookStatus {
    CameraId camera;
    LookState state = LookState::Waiting;
    std::string words;             ///< for a person; empty while looking
    double frames_per_second = 0;  ///< that came in, over the last seconds
    double looked_per_second = 0;  ///< that a detector looked at
    double skipped_per_second = 0;
    std::uint64_t skipped = 0;          ///< pictures shed unseen because there was no time for them
    std::uint64_t worker_restarts = 0;  ///< times its worker had to be replaced
    bool isolated = false;  ///< it killed workers and has one that others do not depend on
};

/// Who is told what was seen. Called on the pool's pump threads (one for each worker; calls for one
/// camera never overlap) and must return quickly.
class LookSink {
public:
    LookSink() = default;
    LookSink(const LookSink&) = delete;
    LookSink& operator=(const LookSink&) = delete;
    virtual ~LookSink() = default;

    /// Checked: every number is within its range, the picture is one that was sent, in order of
    /// pts. `skipped` counts what was shed on the way, too. Whoever keeps embeddings wipes them.
    virtual void on_observation(const CameraId& camera, Observation observation) = 0;
    /// The answer to request_picture(); empty if there is none.
    virtual void on_picture(const CameraId& camera, std::uint64_t request, Bytes jpeg) = 0;
    /// The worker was replaced: track ids begin again.
    virtual void on_begun_again(const CameraId& camera) = 0;
};

struct PoolOptions {
    /// What to run as worker, so that it calls run_vision_worker().
    std::filesystem::path worker_program = "/proc/self/exe";
    std::vector<std::string> arguments{"worker", "vision"};
    int workers = 0;  ///< processes; 0: one for each processor
    /// Shared memory for packets to a worker; a power of two.
    std::size_t ring_bytes = 16U << 20U;
    /// A worker that neither runs nor wants to for this long is replaced.
    milliseconds still_for{500};
    /// So is one that spends this much processor time on one look.
    milliseconds longest_look{2000};
};

struct FacesRead {
    int width = 0;  ///< of the picture, pixels
    int height = 0;
    std::vector<Face> faces;                    ///< largest first
    std::vector<std::vector<float>> templates;  ///< of faces[i]; empty where none can be made
    std::string embedder;                       ///< id of the card whose vectors they are
};

/// The worker processes that look at pictures, which hold no key, no gallery and no database, and
/// the pumps that check what they say. Thread-safe.
class Pool {
public:
    static Result<std::unique_ptr<Pool>> open(
        PoolOptions options, LookSink& sink, const Clock& clock
    );
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool();

    /// Begins to look at a stream, or goes on with another config. Refused unless `permits` are of
    /// this camera, valid, and cover what the config asks for: "motion" always, "object_detection"
    /// and "tracking" (or "counting") for detect, "abandoned_object" for static_objects, "tamper"
    /// for health, "face_detection" or an Identify for faces, an Identify for embed (VIS-10).
    Result<> look(
        std::shared_ptr<const LookPermits> permits,
        const media::StreamKey& stream,
        const EyeConfig& config
    );

    /// Nothing of the camera is told to the sink after this returns. Not from inside the sink.
    void stop(const CameraId& camera);

    /// Any packet of any stream; those that nobody looks at cost a lookup. Never waits.
    void on_packet(const media::StreamKey& stream, const media::PacketPtr& packet);

    /// Asks for a masked picture of what was looked at last. NotFound if nobody looks.
    Result<std::uint64_t> request_picture(
        const CameraId& camera, std::span<const behaviour::TrackId> highlight, int width
    );

    /// Faces and templates in a JPEG from outside, for enrolment. Waits up to `patience`.
    Result<FacesRead> read_faces(
        const law::Permit<law::Enrol>& permit,
        ByteView jpeg,
        const FaceReaderConfig& config,
        milliseconds patience = milliseconds(5000)
    );

    std::vector<LookStatus> status() const;

    /// The running worker processes.
    std::vector<pid_t> pids() const;

private:
    struct Inside;
    explicit Pool(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::vision
