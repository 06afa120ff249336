#include <proviso/vision/face_reader.h>

#include "face_finder.h"

namespace proviso::vision {
namespace {

Result<cv::Mat> mat_of(const Picture& picture) {
    auto size = static_cast<std::size_t>(std::max(0, picture.width)) *
                static_cast<std::size_t>(std::max(0, picture.height)) * 3;
    if (size == 0 || picture.bgr.size() != size) {
        return invalid_input("the picture has no pixels or not as many as it says");
    }
    // OpenCV has no Mat of constant bytes; nobody writes to this one.
    return cv::Mat(
        picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.bgr.data())
    );
}

class OpenFaceReader final : public FaceReader {
public:
    OpenFaceReader(std::unique_ptr<FaceFinder> finder, std::unique_ptr<FaceEmbedder> embedder)
        : finder_(std::move(finder)), embedder_(std::move(embedder)) {}

    Result<std::vector<Face>> detect(const Picture& picture) override {
        return finder_->find(PROVISO_TRY(mat_of(picture)));
    }

    Result<std::vector<float>> embed(const Picture& picture, const Face& face) override {
        if (!embedder_) return invalid_input("this reader makes no templates");
        return embedder_->embed(PROVISO_TRY(mat_of(picture)), face);
    }

    const ModelCard* embedder_card() const override {
        return embedder_ ? &embedder_->card() : nullptr;
    }

private:
    std::unique_ptr<FaceFinder> finder_;
    std::unique_ptr<FaceEmbedder> embedder_;
};

}  // namespace

Result<std::unique_ptr<FaceReader>> FaceReader::open(const FaceReaderConfig& config) {
    cv::setNumThreads(1);
    ModelPlace place{config.card_folder, config.model_folder, &config.files};
    auto finder = PROVISO_TRY(FaceFinder::open(place, config.detector, config.min_score));
    std::unique_ptr<FaceEmbedder> embedder;
    if (!config.embedder.empty()) {
        embedder = PROVISO_TRY(FaceEmbedder::open(place, config.embedder));
    }
    return std::unique_ptr<FaceReader>(
        std::make_unique<OpenFaceReader>(std::move(finder), std::move(embedder))
    );
}

Result<std::vector<std::filesystem::path>> files_of(const FaceReaderConfig& config) {
    std::vector<std::filesystem::path> paths;
    ModelPlace place{config.card_folder, config.model_folder, &config.files};
    for (const auto& id : {config.detector, config.embedder}) {
        if (id.empty()) continue;
        if (id == kEmbeddedFaces) {
            paths.emplace_back(std::filesystem::path(kCascadeFolder) / kFaceCascade);
            continue;
        }
        auto card = PROVISO_TRY(card_of(place, id));
        paths.push_back(config.card_folder / (id + ".yaml"));
        for (const auto& file : card.files) paths.push_back(config.model_folder / file.name);
    }
    return paths;
}

}  // namespace proviso::vision
