#include <algorithm>

#include <opencv2/imgproc.hpp>

#include <proviso/behaviour/tracker.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/picture.h>

#include "detector.h"
#include "health.h"
#include "ladder.h"
#include "motion.h"
#include "privacy.h"

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::Detection;
using behaviour::ObjectClass;

/// Things shown this long after they were seen last stay hidden in pictures.
constexpr float kHideScore = 0.1F;
constexpr double kMostSeconds = 30;  // between two looks that belong together

class LadderEye final : public Eye {
public:
    LadderEye(EyeConfig config, std::unique_ptr<Detector> detector)
        : config_(std::move(config)),
          ladder_(std::clamp(config_.max_fps, 1, 30)),
          detector_(std::move(detector)) {}

    Result<std::optional<Observation>> look(const media::Packet& packet) override;
    Result<Bytes> masked_picture(int width, std::span<const behaviour::TrackId> highlight) override;

private:
    std::optional<Observation> examine(const Ladder::Look& look);
    void follow(const Ladder::Look& look, const Motion& motion, double seconds, Observation& seen);
    void collect_regions(const Motion& motion);
    void begin_again();

    EyeConfig config_;
    Ladder ladder_;
    MotionWatch motion_;
    HealthGauge health_;
    std::unique_ptr<Detector> detector_;
    behaviour::Tracker tracker_;
    Canvas canvas_;
    std::vector<Box> regions_;
    std::vector<behaviour::TrackView> tracks_;
    std::vector<Detection> detections_;
    cv::Mat last_;  // the last picture that was looked at
    std::int64_t last_pts_ = 0;
    Timestamp last_health_;
    bool any_ = false;
};

void LadderEye::begin_again() {
    motion_.forget();
    health_.forget();
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
    last_.release();
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
    if (!detector_) return;
    collect_regions(motion);
    behaviour::Tracks tracks;
    if (look.idle || regions_.empty()) {
        tracks = tracker_.idle(look.wall);
        detections_.clear();
    } else {
        auto found = detector_->detect(canvas_, regions_, seconds);
        if (!found) return;
        detections_ = std::move(*found);
        std::erase_if(detections_, [this](const Detection& detection) {
            return std::find(config_.classes.begin(), config_.classes.end(), detection.kind) ==
                   config_.classes.end();
        });
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

Result<Bytes> LadderEye::masked_picture(int width, std::span<const behaviour::TrackId> highlight) {
    if (!any_) return Error(ErrorKind::NotFound, "no picture was looked at yet");
    try {
        if (last_.empty()) last_ = canvas_.bgr();
        auto wide = std::clamp(width, 16, std::max(16, last_.cols));
        auto high = std::max(1, last_.rows * wide / last_.cols);
        cv::Mat shown;
        cv::resize(last_, shown, {wide, high}, 0, 0, cv::INTER_AREA);
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

    return std::unique_ptr<Eye>(std::make_unique<LadderEye>(config, std::move(detector)));
}

}  // namespace proviso::vision
