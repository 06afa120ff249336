#pragma once

#include <memory>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include <proviso/vision/model_card.h>

namespace proviso::vision {

/// Where the bytes of cards, weights and cascades come from.
struct ModelPlace {
    std::filesystem::path card_folder;
    std::filesystem::path model_folder;
    const ModelFiles* files = nullptr;  ///< asked first, by file name
};

/// A file of a place, read once.
Result<std::shared_ptr<const Bytes>> read_from(
    const ModelPlace& place, const std::filesystem::path& folder, const std::string& name
);
Result<ModelCard> card_of(const ModelPlace& place, const std::string& id);

/// A network that is what its card says (VIS-3): read into memory, hashed, parsed, run once, and
/// its outputs compared by name and shape.
class Network {
public:
    static Result<std::unique_ptr<Network>> open(const ModelPlace& place, const std::string& id);

    const ModelCard& card() const { return card_; }

    /// Feeds a picture of the size the card names, or of any size if it names none. The outputs
    /// come in the order of the card's heads and are valid until the next run.
    Result<const std::vector<cv::Mat>*> run(const cv::Mat& bgr);

private:
    explicit Network(ModelCard card) : card_(std::move(card)) {}

    Result<> load(const std::vector<std::shared_ptr<const Bytes>>& files);
    Result<> check_heads();

    ModelCard card_;
    cv::dnn::Net net_;
    std::vector<cv::String> names_;
    std::vector<cv::Mat> outputs_;
    cv::Mat blob_;
};

}  // namespace proviso::vision
