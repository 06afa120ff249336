#pragma once

#include <array>
#include <memory>
#include <vector>

#include <proviso/behaviour/observation.h>
#include <proviso/vision/model_card.h>
#include <proviso/vision/picture.h>

namespace proviso::vision {

/// One face in one picture; pixels.
struct Face {
    float x = 0;
    float y = 0;
    float width = 0;
    float height = 0;
    float score = 0;  ///< 0..1
    /// Eye and mouth corner on the left of the picture come before those on the right: eye, eye,
    /// nose, mouth, mouth. Empty if the detector gives none: such a face cannot be embedded.
    std::vector<behaviour::Point> points;
    float yaw = 0;        ///< -1 looks to the left of the picture, 0 into the camera, 1 right
    float sharpness = 0;  ///< 0..1; under 0.15 is blurred
    float light = 0;      ///< 0..1 mean luma of the face
};

struct FaceReaderConfig {
    std::string detector = "face_detection_yunet_2022mar";  ///< card id, or "embedded" (Haar)
    std::string embedder = "face_reid_retail_0095";         ///< card id; empty: no embeddings
    std::filesystem::path card_folder;
    std::filesystem::path model_folder;
    ModelFiles files = {};  ///< used instead of the folders for what is in it
    float min_score = 0;    ///< 0: what the card says
};

/// Finds faces, judges their quality and makes templates of them. One thread at a time.
class FaceReader {
public:
    static Result<std::unique_ptr<FaceReader>> open(const FaceReaderConfig& config);
    FaceReader() = default;
    FaceReader(const FaceReader&) = delete;
    FaceReader& operator=(const FaceReader&) = delete;
    virtual ~FaceReader() = default;

    /// Largest first.
    virtual Result<std::vector<Face>> detect(const Picture& picture) = 0;

    /// The template: a vector of length 1. InvalidInput for a face without points or a reader
    /// without embedder.
    virtual Result<std::vector<float>> embed(const Picture& picture, const Face& face) = 0;

    /// The card whose vectors `embed` makes; vectors of different cards do not compare.
    virtual const ModelCard* embedder_card() const = 0;
};

/// What `open` will read.
Result<std::vector<std::filesystem::path>> files_of(const FaceReaderConfig& config);

}  // namespace proviso::vision
