#pragma once

#include <memory>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/objdetect.hpp>

#include <proviso/vision/face_reader.h>

#include "network.h"

namespace proviso::vision {

/// OpenCV's frontal face cascade where Debian keeps it, for who has no network.
inline constexpr const char* kCascadeFolder = "/usr/share/opencv4/haarcascades";
inline constexpr const char* kFaceCascade = "haarcascade_frontalface_alt2.xml";
inline constexpr const char* kEmbeddedFaces = "embedded";

/// Finds faces in a part of a picture and judges their quality.
class FaceFinder {
public:
    /// `id`: a card of the yunet decoder, or "embedded".
    static Result<std::unique_ptr<FaceFinder>> open(
        const ModelPlace& place, const std::string& id, float min_score
    );

    /// Largest first, in pixels of `bgr`.
    Result<std::vector<Face>> find(const cv::Mat& bgr);

private:
    Result<std::vector<Face>> find_by_network(const cv::Mat& bgr);
    std::vector<Face> find_by_cascade(const cv::Mat& bgr);

    std::unique_ptr<Network> network_;
    cv::CascadeClassifier cascade_;
    cv::Mat padded_, grey_;
    float score_ = 0;
};

/// Makes templates of faces with five points.
class FaceEmbedder {
public:
    static Result<std::unique_ptr<FaceEmbedder>> open(
        const ModelPlace& place, const std::string& id
    );

    const ModelCard& card() const { return network_->card(); }

    /// InvalidInput for a face without points.
    Result<std::vector<float>> embed(const cv::Mat& bgr, const Face& face);

private:
    explicit FaceEmbedder(std::unique_ptr<Network> network) : network_(std::move(network)) {}

    std::unique_ptr<Network> network_;
    cv::Mat aligned_;
};

/// The similarity transform that brings `points` closest to `wanted` (Umeyama 1991); five each.
cv::Matx23f alignment(const std::vector<behaviour::Point>& points, float side);

/// Fills yaw, sharpness and light.
void judge_quality(const cv::Mat& bgr, Face& face);

}  // namespace proviso::vision
