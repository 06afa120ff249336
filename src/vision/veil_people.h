#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include <opencv2/objdetect.hpp>

#include <proviso/behaviour/tracker.h>
#include <proviso/vision/veil.h>

#include "detector.h"
#include "face_finder.h"
#include "veil_cells.h"

namespace proviso::vision {

/// Detectors that were made before anybody knew for which stream. Made for a config, they serve
/// every other that names the same models and min_score.
struct PeopleParts {
    std::string model;
    float min_score = 0;
    std::unique_ptr<Detector> detector;
    std::string face_model;
    float face_score = 0;
    std::unique_ptr<FaceFinder> faces;

    static Result<PeopleParts> make(const VeilConfig& config);
};

/// Where people, faces and plates are, were a moment ago, and should be by now.
class People {
public:
    /// Takes what fits out of `parts`.
    static Result<std::unique_ptr<People>> open(const VeilConfig& config, PeopleParts* parts);

    /// Asks the detectors. `movers`: where something is in front of the usual picture; `usual`:
    /// that one is known. Where nothing is and nobody was, they are asked once a second.
    void look(Canvas& small, std::int64_t pts, std::span<const behaviour::Box> movers, bool usual);

    void forget();

    /// What is to be hidden in a picture of this pts, at or after the last look.
    void hide(std::int64_t pts, Cells& cells) const;

    /// Shows what is kept again, and hides who else is there.
    void keep(std::int64_t pts, Cells& cells) const;

    /// Where people are known to be: boxes that must not become usual.
    std::vector<behaviour::Box> known() const;

    /// Of the last look.
    const std::vector<TrackMark>& marks() const { return marks_; }

    const std::vector<UncertainMoment>& doubts() const { return doubts_; }

private:
    /// What is remembered of a track.
    struct Followed {
        behaviour::ObjectClass kind = behaviour::ObjectClass::Person;
        behaviour::Box box;     ///< where it was seen last
        behaviour::Box before;  ///< and the time before
        behaviour::Box now;     ///< where it is or should be
        behaviour::Box most;    ///< all it took up since it came to this place
        behaviour::Point foot;  ///< this place
        behaviour::Point velocity;
        std::int64_t seen = 0;  ///< pts
        float best = 0;         ///< score
        int times = 0;
        bool predicted = false;
        bool crossed = false;
        bool in_front = false;  ///< it was seen by the movers too
    };

    /// Where somebody was lost.
    struct Place {
        behaviour::Box box;
        std::int64_t until = 0;
        bool in_front = false;
        std::int64_t front_seen = 0;  ///< when something was in front there last
    };

    People(const VeilConfig& config, std::unique_ptr<Detector> detector);

    void find(Canvas& small, std::span<const behaviour::Box> movers);
    void find_faces(const cv::Mat& bgr);
    void find_plates(const cv::Mat& bgr);
    void follow(std::int64_t pts, std::span<const behaviour::Box> regions, float aspect);
    static void remember(Followed& one);
    void lose(std::int64_t pts, std::span<const behaviour::Box> movers, bool usual);
    void watch_kept();
    behaviour::Box where(const Followed& one, std::int64_t pts) const;

    VeilConfig config_;
    std::set<behaviour::TrackId> kept_;
    std::unique_ptr<Detector> detector_;
    std::unique_ptr<FaceFinder> faces_;
    cv::CascadeClassifier plates_;
    float strong_ = 0.5F;
    behaviour::Tracker tracker_;
    std::vector<behaviour::Detection> detections_;
    std::vector<behaviour::Detection> found_faces_;
    std::map<behaviour::TrackId, Followed> followed_;
    std::vector<Place> places_;
    std::vector<TrackMark> marks_;
    std::vector<UncertainMoment> doubts_;
    std::int64_t last_ = INT64_MIN;
    unsigned looks_ = 0;
    unsigned quiet_ = 0;  ///< looks at nobody
};

}  // namespace proviso::vision
