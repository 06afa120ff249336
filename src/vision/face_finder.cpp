#include "face_finder.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

using behaviour::Point;

constexpr int kMultiple = 32;  // sides of what the network is shown
constexpr int kJudged = 64;    // pixels of width at which sharpness is measured
constexpr std::size_t kMostFaces = 64;
constexpr float kCascadeScore = 0.6F;

/// Where the five points of a face looking into the camera are, of the side of the aligned
/// picture.
constexpr std::array<Point, 5> kFront = {
    {{0.3156F, 0.4616F},
     {0.6823F, 0.4616F},
     {0.5003F, 0.6405F},
     {0.3495F, 0.8247F},
     {0.6534F, 0.8233F}}};

struct Prior {
    float x, y, width, height;
};

/// The anchors of YuNet's first generation for an input of this size (fractions).
std::vector<Prior> priors_of(int width, int height) {
    static const std::array<std::vector<int>, 4> kSizes = {
        {{10, 16, 24}, {32, 48}, {64, 96}, {128, 192, 256}}};
    std::vector<Prior> priors;
    auto map_width = ((width + 1) / 2) / 2;
    auto map_height = ((height + 1) / 2) / 2;
    int step = 8;
    for (const auto& sizes : kSizes) {
        map_width /= 2;
        map_height /= 2;
        for (int y = 0; y < map_height; ++y) {
            for (int x = 0; x < map_width; ++x) {
                for (auto size : sizes) {
                    priors.push_back(
                        {(float(x) + 0.5F) * float(step) / float(width),
                         (float(y) + 0.5F) * float(step) / float(height),
                         float(size) / float(width),
                         float(size) / float(height)}
                    );
                }
            }
        }
        step *= 2;
    }
    return priors;
}

float shared(const Face& a, const Face& b) {
    return behaviour::overlap({a.x, a.y, a.width, a.height}, {b.x, b.y, b.width, b.height});
}

std::vector<Face> best_of(std::vector<Face> faces, float nms) {
    std::sort(faces.begin(), faces.end(), [](const Face& a, const Face& b) {
        return a.score > b.score;
    });
    std::vector<Face> kept;
    for (auto& face : faces) {
        auto covered = std::any_of(kept.begin(), kept.end(), [&](const Face& other) {
            return shared(face, other) > nms;
        });
        if (!covered && kept.size() < kMostFaces) kept.push_back(std::move(face));
    }
    std::sort(kept.begin(), kept.end(), [](const Face& a, const Face& b) {
        return a.width > b.width;
    });
    return kept;
}

cv::Rect rect_of(const Face& face, cv::Size size) {
    return cv::Rect(int(face.x), int(face.y), int(face.width), int(face.height)) &
           cv::Rect({}, size);
}

}  // namespace

Result<std::unique_ptr<FaceFinder>> FaceFinder::open(
    const ModelPlace& place, const std::string& id, float min_score
) {
    auto finder = std::make_unique<FaceFinder>();
    if (id == kEmbeddedFaces) {
        auto xml = PROVISO_TRY(read_from(place, kCascadeFolder, kFaceCascade));
        try {
            cv::FileStorage storage(
                std::string(as_text(*xml)), cv::FileStorage::READ | cv::FileStorage::MEMORY
            );
            if (!finder->cascade_.read(storage.getFirstTopLevelNode())) {
                return Error(ErrorKind::Corrupt, "the face cascade is damaged");
            }
        } catch (const std::exception&) {
            return Error(ErrorKind::Corrupt, "the face cascade is damaged");
        }
        finder->score_ = min_score > 0 ? min_score : kCascadeScore;
        return finder;
    }
    finder->network_ = PROVISO_TRY(Network::open(place, id));
    const auto& card = finder->network_->card();
    if (card.task != ModelTask::FaceDetection || card.output.decoder != OutputDecoder::Yunet ||
        card.output.heads.size() != 3) {
        return Error(
            ErrorKind::Refused,
            "the model '" + id + "' is not one that finds faces with five points",
            "choose face_detection_yunet_2022mar"
        );
    }
    finder->score_ = min_score > 0 ? min_score : card.output.score;
    return finder;
}

Result<std::vector<Face>> FaceFinder::find(const cv::Mat& bgr) {
    if (bgr.empty()) return std::vector<Face>();
    try {
        auto faces = network_ ? PROVISO_TRY(find_by_network(bgr)) : find_by_cascade(bgr);
        for (auto& face : faces) judge_quality(bgr, face);
        return faces;
    } catch (const std::exception&) {
        return Error(ErrorKind::Internal, "faces could not be looked for");
    }
}

Result<std::vector<Face>> FaceFinder::find_by_network(const cv::Mat& bgr) {
    auto up = [](int side) {
        return (std::max(side, 2 * kMultiple) + kMultiple - 1) / kMultiple * kMultiple;
    };
    auto width = up(bgr.cols);
    auto height = up(bgr.rows);
    cv::copyMakeBorder(
        bgr, padded_, 0, height - bgr.rows, 0, width - bgr.cols, cv::BORDER_CONSTANT
    );
    const auto& heads = *PROVISO_TRY(network_->run(padded_));
    const auto* loc = &heads[0];
    const auto* conf = &heads[1];
    const auto* iou = &heads[2];
    auto priors = priors_of(width, height);
    auto count =
        std::min({static_cast<int>(priors.size()), loc->size[0], conf->size[0], iou->size[0]});
    std::vector<Face> faces;
    for (int i = 0; i < count; ++i) {
        auto trust = std::clamp(iou->ptr<float>(i)[0], 0.0F, 1.0F);
        auto score = std::sqrt(std::max(0.0F, conf->ptr<float>(i)[1]) * trust);
        if (!(score >= score_)) continue;
        const auto& prior = priors[static_cast<std::size_t>(i)];
        const auto* values = loc->ptr<float>(i);
        Face face;
        face.score = score;
        auto at = [&](int k) {
            return Point{
                (prior.x + values[k] * 0.1F * prior.width) * float(width),
                (prior.y + values[k + 1] * 0.1F * prior.height) * float(height)};
        };
        auto centre = at(0);
        face.width = prior.width * std::exp(values[2] * 0.1F) * float(width);
        face.height = prior.height * std::exp(values[3] * 0.2F) * float(height);
        if (!(face.width > 0 && face.width < 1e5F && face.height > 0 && face.height < 1e5F))
            continue;
        face.x = centre.x - face.width / 2;
        face.y = centre.y - face.height / 2;
        for (int k = 4; k < 14; k += 2) face.points.push_back(at(k));
        faces.push_back(std::move(face));
    }
    return best_of(std::move(faces), network_->card().output.nms);
}

std::vector<Face> FaceFinder::find_by_cascade(const cv::Mat& bgr) {
    cv::cvtColor(bgr, grey_, cv::COLOR_BGR2GRAY);
    cv::equalizeHist(grey_, grey_);
    std::vector<cv::Rect> rects;
    std::vector<int> levels;
    std::vector<double> weights;
    cascade_.detectMultiScale(grey_, rects, levels, weights, 1.15, 4, 0, {20, 20}, {}, true);
    std::vector<Face> faces;
    for (std::size_t i = 0; i < rects.size(); ++i) {
        Face face;
        face.x = float(rects[i].x);
        face.y = float(rects[i].y);
        face.width = float(rects[i].width);
        face.height = float(rects[i].height);
        face.score = std::clamp(0.5F + 0.1F * float(weights[i]), 0.0F, 1.0F);
        if (face.score >= score_) faces.push_back(face);
    }
    return best_of(std::move(faces), 0.3F);
}

void judge_quality(const cv::Mat& bgr, Face& face) {
    auto rect = rect_of(face, bgr.size());
    if (rect.width < 4 || rect.height < 4) return;
    cv::Mat grey;
    cv::cvtColor(bgr(rect), grey, cv::COLOR_BGR2GRAY);
    // At one size, so that a near face is not blurred by being large.
    if (grey.cols > kJudged) {
        cv::resize(grey, grey, {kJudged, grey.rows * kJudged / grey.cols}, 0, 0, cv::INTER_AREA);
    }
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(grey, mean, deviation);
    face.light = static_cast<float>(mean[0] / 255);
    // How much of the contrast is between neighbours: independent of light and of skin.
    cv::Mat across;
    cv::Laplacian(grey, across, CV_16S);
    auto detail = cv::norm(across, cv::NORM_L1) / static_cast<double>(across.total());
    face.sharpness = static_cast<float>(std::min(1.0, detail / (deviation[0] + 4)));
    if (face.points.size() != 5) return;
    const auto& left = face.points[0];
    const auto& right = face.points[1];
    const auto& nose = face.points[2];
    auto dx = right.x - left.x;
    auto dy = right.y - left.y;
    auto apart = std::hypot(dx, dy);
    if (apart < 1) {
        face.yaw = nose.x < face.x + face.width / 2 ? -1.0F : 1.0F;
        return;
    }
    auto along =
        ((nose.x - (left.x + right.x) / 2) * dx + (nose.y - (left.y + right.y) / 2) * dy) / apart;
    face.yaw = std::clamp(along / (apart * 0.5F), -1.0F, 1.0F);
}

cv::Matx23f alignment(const std::vector<Point>& points, float side) {
    // Umeyama for two dimensions, where the best rotation has a closed form.
    float from_x = 0;
    float from_y = 0;
    float to_x = 0;
    float to_y = 0;
    for (std::size_t i = 0; i < kFront.size(); ++i) {
        from_x += points[i].x / 5;
        from_y += points[i].y / 5;
        to_x += kFront.at(i).x * side / 5;
        to_y += kFront.at(i).y * side / 5;
    }
    float dot = 0;
    float cross = 0;
    float spread = 0;
    for (std::size_t i = 0; i < kFront.size(); ++i) {
        auto ax = points[i].x - from_x;
        auto ay = points[i].y - from_y;
        auto bx = kFront.at(i).x * side - to_x;
        auto by = kFront.at(i).y * side - to_y;
        dot += ax * bx + ay * by;
        cross += ax * by - ay * bx;
        spread += ax * ax + ay * ay;
    }
    auto a = dot / std::max(spread, 1e-3F);
    auto b = cross / std::max(spread, 1e-3F);
    return {a, -b, to_x - a * from_x + b * from_y, b, a, to_y - b * from_x - a * from_y};
}

Result<std::unique_ptr<FaceEmbedder>> FaceEmbedder::open(
    const ModelPlace& place, const std::string& id
) {
    auto network = PROVISO_TRY(Network::open(place, id));
    const auto& card = network->card();
    if (card.task != ModelTask::FaceEmbedding || card.output.decoder != OutputDecoder::Embedding ||
        card.output.heads.size() != 1 || card.input.width == 0) {
        return Error(
            ErrorKind::Refused,
            "the model '" + id + "' does not make templates of faces",
            "choose a model whose task is face_embedding"
        );
    }
    return std::unique_ptr<FaceEmbedder>(new FaceEmbedder(std::move(network)));
}

Result<std::vector<float>> FaceEmbedder::embed(const cv::Mat& bgr, const Face& face) {
    if (face.points.size() != 5) {
        return invalid_input(
            "the face has no points to align it by", "use a face detector that gives five points"
        );
    }
    const auto& input = network_->card().input;
    try {
        cv::warpAffine(
            bgr,
            aligned_,
            alignment(face.points, static_cast<float>(input.width)),
            {input.width, input.height},
            cv::INTER_LINEAR,
            cv::BORDER_REPLICATE
        );
    } catch (const std::exception&) {
        return Error(ErrorKind::Internal, "the face could not be aligned");
    }
    const auto& output = PROVISO_TRY(network_->run(aligned_))->front();
    const auto* values = output.ptr<float>();
    std::vector<float> vector(values, values + output.total());
    double length = 0;
    for (auto value : vector) length += double{value} * value;
    length = std::sqrt(length);
    if (!(length > 1e-9) || !std::isfinite(length)) {
        return Error(ErrorKind::Internal, "the face gave no template");
    }
    for (auto& value : vector) value = static_cast<float>(value / length);
    return vector;
}

}  // namespace proviso::vision
