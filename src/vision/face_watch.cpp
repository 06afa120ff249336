#include "face_watch.h"

#include <algorithm>

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::FaceView;
using behaviour::ObjectClass;

constexpr std::size_t kMostParts = 4;  // looked at per picture; the others take turns
constexpr float kHeadShare = 0.45F;    // of a person, from the top
constexpr int kLeastPart = 32;         // pixels
constexpr int kMostPart = 960;         // pixels a side; a wider part is not worth its time
constexpr float kLeastEmbedded = 20;   // pixels of a face's width
constexpr std::chrono::milliseconds kEmbedEvery{400};
constexpr std::chrono::seconds kForget{3};

}  // namespace

Result<std::unique_ptr<FaceWatch>> FaceWatch::open(const EyeConfig& config) {
    ModelPlace place{config.card_folder, config.model_folder, &config.files};
    auto watch = std::make_unique<FaceWatch>();
    watch->finder_ = PROVISO_TRY(FaceFinder::open(place, config.face_model, 0));
    if (config.embed) {
        watch->embedder_ = PROVISO_TRY(FaceEmbedder::open(place, config.embedding_model));
    }
    return watch;
}

FaceWatch::Known& FaceWatch::know(const Box& box, Timestamp wall) {
    std::erase_if(known_, [&](const Known& known) { return wall - known.seen > kForget; });
    Known* best = nullptr;
    float most = 0.2F;
    for (auto& known : known_) {
        auto share = behaviour::overlap(known.box, box);
        if (share > most && known.seen != wall) {
            most = share;
            best = &known;
        }
    }
    if (best == nullptr) best = &known_.emplace_back(Known{next_id_++, box, wall, Timestamp()});
    best->box = box;
    best->seen = wall;
    return *best;
}

void FaceWatch::look_at(
    const cv::Mat& bgr, const cv::Rect& part, behaviour::TrackId track, Timestamp wall
) {
    auto found = finder_->find(bgr(part));
    if (!found) return;
    for (auto& face : *found) {
        face.x += float(part.x);
        face.y += float(part.y);
        for (auto& point : face.points) {
            point.x += float(part.x);
            point.y += float(part.y);
        }
        FaceView view;
        view.box = {
            face.x / float(bgr.cols),
            face.y / float(bgr.rows),
            face.width / float(bgr.cols),
            face.height / float(bgr.rows)};
        auto twice = std::any_of(views_.begin(), views_.end(), [&](const FaceView& other) {
            return behaviour::overlap(other.box, view.box) > 0.3F;
        });
        if (twice) continue;
        auto& known = know(view.box, wall);
        view.face = known.id;
        view.track = track;
        view.score = face.score;
        view.yaw = face.yaw;
        view.sharpness = face.sharpness;
        view.light = face.light;
        if (embedder_ && face.width >= kLeastEmbedded && wall - known.embedded >= kEmbedEvery) {
            if (auto vector = embedder_->embed(bgr, face)) {
                view.embedding = std::move(*vector);
                known.embedded = wall;
            }
        }
        views_.push_back(std::move(view));
    }
}

std::vector<FaceView> FaceWatch::take(
    Canvas& canvas,
    std::span<const behaviour::TrackView> tracks,
    std::span<const Box> regions,
    Timestamp wall
) {
    views_.clear();

    struct Part {
        cv::Rect rect;
        behaviour::TrackId track;
    };

    std::vector<Part> parts;
    const auto whole = cv::Rect(0, 0, canvas.width(), canvas.height());
    auto add = [&](const Box& box, behaviour::TrackId track) {
        cv::Rect rect(
            int(box.x * float(whole.width)),
            int(box.y * float(whole.height)),
            int(box.w * float(whole.width)),
            int(box.h * float(whole.height))
        );
        rect &= whole;
        if (rect.width < kLeastPart || rect.height < kLeastPart) return;
        rect.width = std::min(rect.width, kMostPart);
        rect.height = std::min(rect.height, kMostPart);
        parts.push_back({rect, track});
    };
    for (const auto& track : tracks) {
        if (track.kind != ObjectClass::Person || track.predicted) continue;
        const auto& box = track.box;
        add({box.x - box.w * 0.2F, box.y - box.h * 0.1F, box.w * 1.4F, box.h * (kHeadShare + 0.1F)},
            track.id);
    }
    // Somebody so near that no whole person is seen.
    if (parts.empty()) {
        for (const auto& region : regions) add(region, 0);
    }
    if (parts.empty()) return {};
    const auto& bgr = canvas.bgr();
    auto count = std::min(parts.size(), kMostParts);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& part = parts[(turn_ + i) % parts.size()];
        look_at(bgr, part.rect, part.track, wall);
    }
    turn_ += count;
    return views_;
}

}  // namespace proviso::vision
