#pragma once

#include <memory>
#include <vector>

#include <proviso/vision/eye.h>

#include "detector.h"
#include "face_finder.h"

namespace proviso::vision {

/// Faces of a stream: looked for only where people are tracked or something moves, at most some
/// parts a picture, and known again from picture to picture.
class FaceWatch {
public:
    static Result<std::unique_ptr<FaceWatch>> open(const EyeConfig& config);

    std::vector<behaviour::FaceView> take(
        Canvas& canvas,
        std::span<const behaviour::TrackView> tracks,
        std::span<const behaviour::Box> regions,
        Timestamp wall
    );

private:
    struct Known {
        std::uint64_t id = 0;
        behaviour::Box box;
        Timestamp seen;
        Timestamp embedded;
    };

    void look_at(
        const cv::Mat& bgr, const cv::Rect& part, behaviour::TrackId track, Timestamp wall
    );
    Known& know(const behaviour::Box& box, Timestamp wall);

    std::unique_ptr<FaceFinder> finder_;
    std::unique_ptr<FaceEmbedder> embedder_;
    std::vector<Known> known_;
    std::vector<behaviour::FaceView> views_;
    std::uint64_t next_id_ = 1;
    std::size_t turn_ = 0;
};

}  // namespace proviso::vision
