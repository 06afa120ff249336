#include "veil_people.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "detectors.h"
#include "veil_config.h"

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::ObjectClass;

constexpr unsigned kFirstLooks = 8;
constexpr float kFaceScore = 0.45F;       // where faces alone are hidden
constexpr float kFaceScoreBeside = 0.6F;  // where whole persons are
constexpr std::size_t kMostDetections = 96;

behaviour::TrackerConfig tracker_config(float min_score) {
    behaviour::TrackerConfig config;
    config.begin_score = min_score + 0.05F;
    config.strong_score = min_score + 0.15F;
    config.weak_score = min_score * 0.5F;
    config.show_lost = std::chrono::milliseconds(2500);
    return config;
}

float least_face_score(const VeilConfig& config) {
    if (config.face_model == kEmbeddedModel) return 0;
    return config.persons ? kFaceScoreBeside : kFaceScore;
}

}  // namespace

People::People(const VeilConfig& config, std::unique_ptr<Detector> detector)
    : config_(config),
      kept_(config.keep.begin(), config.keep.end()),
      detector_(std::move(detector)),
      tracker_(tracker_config(config.min_score)) {}

Result<PeopleParts> PeopleParts::make(const VeilConfig& config) {
    PeopleParts parts;
    auto eye = eye_config(config);
    if (config.persons) {
        parts.detector = PROVISO_TRY(open_detector(eye));
        parts.model = config.model;
        parts.min_score = config.min_score;
    }
    if (config.faces) {
        ModelPlace place{config.card_folder, config.model_folder, &config.files};
        parts.face_score = least_face_score(config);
        parts.faces = PROVISO_TRY(FaceFinder::open(place, config.face_model, parts.face_score));
        parts.face_model = config.face_model;
    }
    return parts;
}

Result<std::unique_ptr<People>> People::open(const VeilConfig& config, PeopleParts* parts) {
    ModelPlace place{config.card_folder, config.model_folder, &config.files};
    auto missing = config;
    PeopleParts have;
    if (parts != nullptr && parts->detector && parts->model == config.model &&
        parts->min_score == config.min_score) {
        missing.persons = false;
        have.detector = config.persons ? std::move(parts->detector) : nullptr;
    }
    if (parts != nullptr && parts->faces && parts->face_model == config.face_model &&
        parts->face_score == least_face_score(config)) {
        missing.faces = false;
        have.faces = config.faces ? std::move(parts->faces) : nullptr;
    }
    auto made = PROVISO_TRY(PeopleParts::make(missing));
    if (!have.detector) have.detector = std::move(made.detector);
    if (!have.faces) have.faces = std::move(made.faces);
    std::unique_ptr<People> people(new People(config, std::move(have.detector)));
    people->faces_ = std::move(have.faces);
    if (config.persons && config.model != kEmbeddedModel) {
        auto card = PROVISO_TRY(card_of(place, config.model));
        people->strong_ = card.output.score;
    }
    if (config.plates) PROVISO_TRY(open_plates(place, people->plates_));
    return people;
}

void People::forget() {
    if (detector_) detector_->forget();
    tracker_ = behaviour::Tracker(tracker_config(config_.min_score));
    followed_.clear();
    places_.clear();
    found_faces_.clear();
    marks_.clear();
    doubts_.clear();
    last_ = INT64_MIN;
}

void People::find(Canvas& small, std::span<const Box> movers) {
    auto seconds = 1.0 / config_.looks;
    if (!detector_) return;
    auto found = detector_->detect(small, movers, seconds);
    if (!found) return;
    for (auto& one : *found) {
        auto person = one.kind == ObjectClass::Person || one.kind == ObjectClass::Bike;
        if (!person || one.score < config_.min_score) continue;
        one.kind = ObjectClass::Person;
        detections_.push_back(one);
    }
}

void People::find_faces(const cv::Mat& bgr) {
    auto found = faces_->find(bgr);
    found_faces_.clear();
    if (!found) return;
    for (const auto& face : *found) {
        Box box{
            face.x / float(bgr.cols),
            face.y / float(bgr.rows),
            face.width / float(bgr.cols),
            face.height / float(bgr.rows)};
        found_faces_.push_back({box, ObjectClass::Face, face.score});
    }
}

void People::find_plates(const cv::Mat& bgr) {
    cv::Mat grey;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    std::vector<cv::Rect> found;
    plates_.detectMultiScale(grey, found, 1.1, 3, 0, {24, 8});
    for (const auto& rect : found) {
        Box box{
            float(rect.x) / float(bgr.cols),
            float(rect.y) / float(bgr.rows),
            float(rect.width) / float(bgr.cols),
            float(rect.height) / float(bgr.rows)};
        detections_.push_back({box, ObjectClass::Plate, 0.6F});
    }
}

void People::look(Canvas& small, std::int64_t pts, std::span<const Box> movers, bool usual) {
    detections_.clear();
    marks_.clear();
    doubts_.clear();
    auto nobody = usual && movers.empty() && followed_.empty() && looks_ > kFirstLooks;
    if (nobody && ++quiet_ % unsigned(config_.looks) != 0) {
        if (detector_) detector_->rest(small, 1.0 / config_.looks);
        lose(pts, movers, usual);
        last_ = pts;
        return;
    }
    // In turn the whole picture and, larger, only where something is in front.
    auto near = looks_ % 2 == 1 && !movers.empty();
    auto networked = config_.model != kEmbeddedModel;
    std::vector<Box> regions;
    if (near || !networked) {
        regions.assign(movers.begin(), movers.end());
        auto all = known();
        regions.insert(regions.end(), all.begin(), all.end());
    }
    if (networked || !regions.empty()) {
        find(small, regions);
    } else if (detector_) {
        detector_->rest(small, 1.0 / config_.looks);
    }
    // Who is hidden as a person needs no face found every time; in between they are where they
    // were.
    if (faces_ && (!detector_ || nobody || looks_ % 2 == 0)) find_faces(small.bgr());
    detections_.insert(detections_.end(), found_faces_.begin(), found_faces_.end());
    if (!plates_.empty()) find_plates(small.bgr());
    ++looks_;
    if (detections_.size() > kMostDetections) detections_.resize(kMostDetections);
    follow(pts, regions, float(small.width()) / float(small.height()));
    watch_kept();
    lose(pts, movers, usual);
    last_ = pts;
}

}  // namespace proviso::vision
