#include "dnn_detector.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::Detection;
using behaviour::ObjectClass;

constexpr float kWeak = 0.3F;      // of the card's score: what still may continue a track
constexpr float kSmallest = 0.5F;  // side of a part that is looked at alone, of the picture
constexpr std::size_t kMostBoxes = 256;
constexpr std::array<int, 3> kStrides = {8, 16, 32};

/// The words of the COCO list (and of the cards) as the classes of the house.
ObjectClass class_of(const std::string& word) {
    static const std::map<std::string, ObjectClass, std::less<>> kWords = {
        {"bicycle", ObjectClass::Bike},    {"motorcycle", ObjectClass::Bike},
        {"car", ObjectClass::Vehicle},     {"bus", ObjectClass::Vehicle},
        {"truck", ObjectClass::Vehicle},   {"train", ObjectClass::Vehicle},
        {"backpack", ObjectClass::Bag},    {"handbag", ObjectClass::Bag},
        {"suitcase", ObjectClass::Bag},    {"bird", ObjectClass::Animal},
        {"cat", ObjectClass::Animal},      {"dog", ObjectClass::Animal},
        {"horse", ObjectClass::Animal},    {"sheep", ObjectClass::Animal},
        {"cow", ObjectClass::Animal},      {"bear", ObjectClass::Animal},
        {"elephant", ObjectClass::Animal}, {"zebra", ObjectClass::Animal},
        {"giraffe", ObjectClass::Animal},
    };
    if (auto known = behaviour::parse_object_class(word)) return *known;
    auto found = kWords.find(word);
    return found == kWords.end() ? ObjectClass::Other : found->second;
}

class DnnDetector final : public Detector {
public:
    DnnDetector(std::unique_ptr<Network> network, float score)
        : network_(std::move(network)), score_(score) {
        for (const auto& word : network_->card().output.classes) {
            classes_.push_back(class_of(word));
            ignored_.push_back(word == "background");
        }
    }

    float score() const override { return score_; }

    Result<std::vector<Detection>> detect(
        Canvas& canvas, std::span<const Box> regions, double seconds
    ) override;

private:
    void add(std::size_t kind, float score, float x0, float y0, float x1, float y1);
    void read_ssd(const std::vector<cv::Mat>& heads);
    void read_yolox(const std::vector<cv::Mat>& heads);
    void read_darknet(const std::vector<cv::Mat>& heads);
    std::vector<Detection> best_of();

    std::unique_ptr<Network> network_;
    float score_;
    std::vector<ObjectClass> classes_;
    std::vector<bool> ignored_;
    cv::Mat input_;
    std::vector<Detection> raw_;  // fractions of what the network was shown
};

void DnnDetector::add(std::size_t kind, float score, float x0, float y0, float x1, float y1) {
    if (!(score >= score_ * kWeak) || kind >= classes_.size() || ignored_[kind]) return;
    if (classes_[kind] == ObjectClass::Other) return;
    if (!(x1 > x0 && y1 > y0)) return;  // also what is not a number
    raw_.push_back({{x0, y0, x1 - x0, y1 - y0}, classes_[kind], std::min(1.0F, score)});
}

void DnnDetector::read_ssd(const std::vector<cv::Mat>& heads) {
    auto count = heads[0].size[1];
    auto classes = heads[1].size[2];
    for (int i = 0; i < std::min(count, heads[1].size[1]); ++i) {
        const auto* box = heads[0].ptr<float>(0, i);
        const auto* scores = heads[1].ptr<float>(0, i);
        for (int c = 0; c < classes; ++c) {
            add(static_cast<std::size_t>(c), scores[c], box[0], box[1], box[2], box[3]);
        }
    }
}

void DnnDetector::read_yolox(const std::vector<cv::Mat>& heads) {
    auto width = network_->card().input.width;
    auto height = network_->card().input.height;
    auto classes = heads[0].size[2] - 5;
    int row = 0;
    for (auto stride : kStrides) {
        for (int y = 0; y < height / stride; ++y) {
            for (int x = 0; x < width / stride && row < heads[0].size[1]; ++x, ++row) {
                const auto* values = heads[0].ptr<float>(0, row);
                if (values[4] < score_ * kWeak) continue;
                auto step = static_cast<float>(stride);
                auto cx = (values[0] + static_cast<float>(x)) * step / static_cast<float>(width);
                auto cy = (values[1] + static_cast<float>(y)) * step / static_cast<float>(height);
                auto w = std::exp(std::min(values[2], 12.0F)) * step / static_cast<float>(width);
                auto h = std::exp(std::min(values[3], 12.0F)) * step / static_cast<float>(height);
                for (int c = 0; c < classes; ++c) {
                    add(static_cast<std::size_t>(c),
                        values[4] * values[5 + c],
                        cx - w / 2,
                        cy - h / 2,
                        cx + w / 2,
                        cy + h / 2);
                }
            }
        }
    }
}

void DnnDetector::read_darknet(const std::vector<cv::Mat>& heads) {
    for (const auto& head : heads) {
        for (int i = 0; i < head.rows; ++i) {
            const auto* values = head.ptr<float>(i);
            auto w = values[2] / 2;
            auto h = values[3] / 2;
            // The class columns are multiplied with the objectness already.
            for (int c = 0; c + 5 < head.cols; ++c) {
                add(static_cast<std::size_t>(c),
                    values[5 + c],
                    values[0] - w,
                    values[1] - h,
                    values[0] + w,
                    values[1] + h);
            }
        }
    }
}

/// Of boxes of one class that cover each other the best one.
std::vector<Detection> DnnDetector::best_of() {
    std::sort(raw_.begin(), raw_.end(), [](const auto& a, const auto& b) {
        return a.score > b.score;
    });
    std::vector<Detection> kept;
    for (const auto& one : raw_) {
        auto covered = std::any_of(kept.begin(), kept.end(), [&](const Detection& other) {
            return other.kind == one.kind &&
                   behaviour::overlap(other.box, one.box) > network_->card().output.nms;
        });
        if (!covered) kept.push_back(one);
        if (kept.size() >= kMostBoxes) break;
    }
    return kept;
}

/// The part of the picture that is worth the network's pixels.
Box part_of(std::span<const Box> regions) {
    float x0 = 1;
    float y0 = 1;
    float x1 = 0;
    float y1 = 0;
    for (const auto& region : regions) {
        x0 = std::min(x0, region.x);
        y0 = std::min(y0, region.y);
        x1 = std::max(x1, region.x + region.w);
        y1 = std::max(y1, region.y + region.h);
    }
    if (x1 - x0 > kSmallest || y1 - y0 > kSmallest || x1 <= x0 || y1 <= y0) return {0, 0, 1, 1};
    auto place = [](float low, float high) {
        return std::clamp((low + high) / 2 - kSmallest / 2, 0.0F, 1 - kSmallest);
    };
    return {place(x0, x1), place(y0, y1), kSmallest, kSmallest};
}

Result<std::vector<Detection>> DnnDetector::detect(
    Canvas& canvas, std::span<const Box> regions, double /*seconds*/
) {
    const auto& picture = canvas.bgr();
    auto part = part_of(regions);
    cv::Rect area(
        static_cast<int>(part.x * static_cast<float>(picture.cols)),
        static_cast<int>(part.y * static_cast<float>(picture.rows)),
        static_cast<int>(part.w * static_cast<float>(picture.cols)),
        static_cast<int>(part.h * static_cast<float>(picture.rows))
    );
    area &= cv::Rect({}, picture.size());
    if (area.empty()) return std::vector<Detection>();
    const auto& card = network_->card();
    cv::Size size(card.input.width, card.input.height);
    float used_x = 1;  // share of the input that holds the picture
    float used_y = 1;
    if (card.input.letterbox) {
        auto scale = std::min(
            static_cast<double>(size.width) / area.width,
            static_cast<double>(size.height) / area.height
        );
        cv::Size inner(
            std::clamp(static_cast<int>(area.width * scale), 1, size.width),
            std::clamp(static_cast<int>(area.height * scale), 1, size.height)
        );
        input_.create(size, CV_8UC3);
        input_.setTo(cv::Scalar::all(114));
        cv::resize(picture(area), input_(cv::Rect({}, inner)), inner);
        used_x = static_cast<float>(inner.width) / static_cast<float>(size.width);
        used_y = static_cast<float>(inner.height) / static_cast<float>(size.height);
    } else {
        cv::resize(picture(area), input_, size);
    }
    const auto* heads = PROVISO_TRY(network_->run(input_));
    raw_.clear();
    switch (card.output.decoder) {
        case OutputDecoder::SsdBoxesScores: read_ssd(*heads); break;
        case OutputDecoder::Yolox: read_yolox(*heads); break;
        case OutputDecoder::DarknetRegion: read_darknet(*heads); break;
        default: break;
    }
    auto found = best_of();
    for (auto& one : found) {
        auto x0 = std::clamp(part.x + one.box.x / used_x * part.w, 0.0F, 1.0F);
        auto y0 = std::clamp(part.y + one.box.y / used_y * part.h, 0.0F, 1.0F);
        auto x1 = std::clamp(part.x + (one.box.x + one.box.w) / used_x * part.w, 0.0F, 1.0F);
        auto y1 = std::clamp(part.y + (one.box.y + one.box.h) / used_y * part.h, 0.0F, 1.0F);
        one.box = {x0, y0, x1 - x0, y1 - y0};
        one.lying = one.kind == ObjectClass::Person &&
                    one.box.w * static_cast<float>(picture.cols) >
                        1.3F * one.box.h * static_cast<float>(picture.rows);
    }
    return found;
}

}  // namespace

Result<std::unique_ptr<Detector>> make_dnn_detector(std::unique_ptr<Network> network, float score) {
    const auto& card = network->card();
    auto heads = card.output.heads.size();
    auto fits = false;
    switch (card.output.decoder) {
        case OutputDecoder::SsdBoxesScores:
            fits = heads == 2 && card.output.heads[0].shape.size() == 3 &&
                   card.output.heads[0].shape[2] == 4 && card.output.heads[1].shape.size() == 3 &&
                   card.output.heads[1].shape[2] == static_cast<int>(card.output.classes.size());
            break;
        case OutputDecoder::Yolox:
            fits =
                heads == 1 && card.output.heads[0].shape.size() == 3 &&
                card.output.heads[0].shape[2] == 5 + static_cast<int>(card.output.classes.size());
            break;
        case OutputDecoder::DarknetRegion:
            fits = std::all_of(
                card.output.heads.begin(),
                card.output.heads.end(),
                [&](const ModelHead& head) {
                    return head.shape.size() == 2 &&
                           head.shape[1] == 5 + static_cast<int>(card.output.classes.size());
                }
            );
            break;
        default: break;
    }
    if (card.task != ModelTask::ObjectDetection || card.input.width == 0 || !fits) {
        return Error(
            ErrorKind::Refused,
            "the model '" + card.id + "' is not one that finds things",
            "choose a model whose task is object_detection"
        );
    }
    auto least = score > 0 ? score : card.output.score;
    return std::unique_ptr<Detector>(std::make_unique<DnnDetector>(std::move(network), least));
}

}  // namespace proviso::vision
