#include <algorithm>

#include <opencv2/imgproc.hpp>

#include <proviso/behaviour/tracker.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/picture.h>

#include "colours.h"
#include "detector.h"
#include "detectors.h"
#include "face_watch.h"
#include "health.h"
#include "ladder.h"
#include "motion.h"
#include "polygon.h"
#include "privacy.h"
#include "static_objects.h"

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::Detection;
using behaviour::ObjectClass;

constexpr float kHideScore = 0.1F;   // what may be a person is hidden like one
constexpr double kMostSeconds = 30;  // between two looks that belong together

/// Scores of different detectors mean different things; each says which it believes.
behaviour::TrackerConfig tracker_config(const Detector* detector) {
    behaviour::TrackerConfig config;
    if (detector == nullptr) return config;
    config.begin_score = std::min(0.95F, detector->score() + 0.05F);
    config.strong_score = detector->score();
    config.weak_score = detector->score() * 0.35F;
    return config;
}

class LadderEye final : public Eye {
public:
    LadderEye(
        EyeConfig config, std::unique_ptr<Detector> detector, std::unique_ptr<FaceWatch> faces
    )
        : config_(std::move(config)),
          ladder_(std::clamp(config_.max_fps, 1, 30), config_.always_awake),
          detector_(std::move(detector)),
          faces_(std::move(faces)),
          tracker_(tracker_config(detector_.get())) {}

    Result<std::optional<Observation>> look(const media::Packet& packet) override;
    Result<Bytes> masked_picture(int width, std::span<const behaviour::TrackId> highlight) override;

private:
    std::optional<Observation> examine(const Ladder::Look& look);
    void follow(const Ladder::Look& look, const Motion& motion, double seconds, Observation& seen);
    void find(double seconds);
    void collect_regions(const Motion& motion);
    void begin_again();

    EyeConfig config_;
    Ladder ladder_;
    MotionWatch motion_;
    HealthGauge health_;
    StaticObjects objects_;
    std::unique_ptr<Detector> detector_;
    std::unique_ptr<FaceWatch> faces_;
    behaviour::Tracker tracker_;
    Canvas canvas_;
    std::vector<Box> regions_;
    std::vector<behaviour::TrackView> tracks_;
    std::vector<Detection> detections_;
    std::vector<Box> faces_seen_;
    std::int64_t last_pts_ = 0;
    Timestamp last_health_;
    bool any_ = false;
};

void LadderEye::begin_again() {
    motion_.forget();
    health_.forget();
    objects_.forget();
    if (detector_) detector_->forget();
    any_ = false;
}

Result<std::optional<Observation>> LadderEye::look(const media::Packet& packet) {
    try {
        PROVISO_TRY(ladder_.push(packet));
        if (ladder_.take_restart()) begin_again();
        while (auto look = PROVISO_TRY(ladder_.next())) {
            if (auto seen = examine(*look)) return seen;
        }
        return std::optional<Observation>();
    } catch (const std::exception& failed) {
        return Error(
            ErrorKind::InvalidInput, std::string("a picture was left out: ") + failed.what()
        );
    }
}

std::optional<Observation> LadderEye::examine(const Ladder::Look& look) {
    auto seconds = any_ ? static_cast<double>(look.pts - last_pts_) / 90'000 : 0.04;
    if (seconds <= 0 || seconds > kMostSeconds) seconds = 0.04;
    if (look.idle) {
        const auto& peeked = motion_.take(look.picture, any_ ? 0 : seconds, config_.privacy_masks);
        if (peeked.activity > 0) {
            ladder_.judge(true, true);
            return std::nullopt;
        }
    }
    const auto& motion = motion_.take(look.picture, seconds, config_.privacy_masks);
    any_ = true;
    last_pts_ = look.pts;
    canvas_.set(look.picture);
    Observation seen;
    seen.wall = look.wall;
    seen.mono = look.mono;
    seen.pts = look.pts;
    seen.width = look.picture.width;
    seen.height = look.picture.height;
    seen.activity = motion.activity;
    seen.heat = motion.heat;
    follow(look, motion, seconds, seen);
    if (config_.health && (look.key_frame || look.idle)) health_.take(look.picture, look.wall);
    seen.health = health_.last();
    auto busy = std::any_of(tracks_.begin(), tracks_.end(), [](const auto& track) {
        return !track.stationary && !track.predicted;
    });
    ladder_.judge(motion.activity > 0, busy);
    seen.decoded = ladder_.decoded();
    seen.skipped = ladder_.skipped();
    return seen;
}

/// Where something moves, and where something moved a moment ago.
void LadderEye::collect_regions(const Motion& motion) {
    regions_ = motion.regions;
    for (const auto& track : tracks_) {
        if (track.stationary) continue;
        auto box = track.box;
        regions_.push_back({box.x - box.w / 4, box.y - box.h / 8, box.w * 1.5F, box.h * 1.25F});
    }
}

void LadderEye::follow(
    const Ladder::Look& look, const Motion& motion, double seconds, Observation& seen
) {
    collect_regions(motion);
    if (detector_) {
        behaviour::Tracks tracks;
        if (look.idle || regions_.empty()) {
            detector_->rest(canvas_, seconds);
            detections_.clear();
            tracks = tracker_.idle(look.wall);
        } else {
            find(seconds);
            seen.looked = true;
            tracks = tracker_.take(
                {.wall = look.wall,
                 .aspect = static_cast<float>(seen.width) / static_cast<float>(seen.height),
                 .detections = detections_,
                 .regions = regions_}
            );
        }
        tracks_ = tracks.tracks;
        seen.tracks = std::move(tracks.tracks);
        seen.ended = std::move(tracks.ended);
    }
    if (faces_) {
        if (!regions_.empty() && !look.idle) {
            seen.faces = faces_->take(canvas_, tracks_, regions_, look.wall);
        }
        faces_seen_.clear();
        for (const auto& face : seen.faces) faces_seen_.push_back(face.box);
    }
    if (config_.static_objects) {
        if (motion.scene_changed) objects_.forget();
        seen.objects = objects_.take(motion_.small(), seconds, look.wall, tracks_);
    }
}

void LadderEye::find(double seconds) {
    auto found = detector_->detect(canvas_, regions_, seconds);
    detections_.clear();
    if (!found) return;
    for (auto& detection : *found) {
        auto wanted = std::find(config_.classes.begin(), config_.classes.end(), detection.kind) !=
                      config_.classes.end();
        auto masked = std::any_of(
            config_.privacy_masks.begin(),
            config_.privacy_masks.end(),
            [&](const auto& mask) { return inside(mask, detection.box.centre()); }
        );
        if (!wanted || masked) continue;
        detection.appearance = colours_of(canvas_.planes(), detection.box, detection.kind);
        detections_.push_back(detection);
    }
}

Result<Bytes> LadderEye::masked_picture(int width, std::span<const behaviour::TrackId> highlight) {
    if (!any_) return Error(ErrorKind::NotFound, "no picture was looked at yet");
    try {
        const auto& last = canvas_.bgr();
        auto wide = std::clamp(width, 16, std::max(16, last.cols));
        auto high = std::max(1, last.rows * wide / last.cols);
        cv::Mat shown;
        cv::resize(last, shown, {wide, high}, 0, 0, cv::INTER_AREA);
        Hidden hidden;
        hidden.polygons = config_.privacy_masks;
        std::vector<Box> marked;
        for (const auto& track : tracks_) {
            if (track.kind == ObjectClass::Person || track.kind == ObjectClass::Bike ||
                track.kind == ObjectClass::Face) {
                hidden.boxes.push_back(track.box);
            }
            if (std::find(highlight.begin(), highlight.end(), track.id) != highlight.end()) {
                marked.push_back(track.box);
            }
        }
        for (const auto& detection : detections_) {
            if (detection.kind == ObjectClass::Person && detection.score > kHideScore) {
                hidden.boxes.push_back(detection.box);
            }
        }
        hidden.boxes.insert(hidden.boxes.end(), faces_seen_.begin(), faces_seen_.end());
        hide(shown, hidden, static_cast<std::uint64_t>(last_pts_) * 2 + 1);
        outline(shown, marked);
        Picture picture{shown.cols, shown.rows, {}};
        picture.bgr.assign(shown.data, shown.data + shown.total() * 3);
        return encode_jpeg(picture, 80);
    } catch (const std::exception& failed) {
        return Error(
            ErrorKind::Internal, std::string("no picture could be made: ") + failed.what()
        );
    }
}

}  // namespace

Result<std::unique_ptr<Eye>> Eye::open(const EyeConfig& config) {
    cv::setNumThreads(1);
    std::unique_ptr<Detector> detector;
    std::unique_ptr<FaceWatch> faces;
    if (config.detect) detector = PROVISO_TRY(open_detector(config));
    if (config.faces) faces = PROVISO_TRY(FaceWatch::open(config));
    return std::unique_ptr<Eye>(
        std::make_unique<LadderEye>(config, std::move(detector), std::move(faces))
    );
}

}  // namespace proviso::vision
