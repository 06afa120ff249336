#include "veil_config.h"

#include <cmath>

#include <opencv2/objdetect.hpp>

#include <proviso/media/nal.h>

#include "face_finder.h"

namespace proviso::vision {
namespace {

constexpr const char* kPlateCascade = "haarcascade_russian_plate_number.xml";
constexpr std::size_t kMostMasks = 64;
constexpr std::size_t kMostCorners = 256;
constexpr std::size_t kMostHandBoxes = 256;
constexpr std::size_t kMostKeys = 1024;
constexpr std::size_t kMostKept = 256;

bool fraction(float value) { return value >= 0 && value <= 1; }  // NaN is none

}  // namespace

std::string_view to_string(Doubt doubt) {
    switch (doubt) {
        case Doubt::NotYetKnown: return "not_yet_known";
        case Doubt::SceneChanged: return "scene_changed";
        case Doubt::Damaged: return "damaged";
        case Doubt::Lost: return "lost";
        case Doubt::Weak: return "weak";
        case Doubt::Crossed: return "crossed";
        case Doubt::HandBoxLost: return "hand_box_lost";
    }
    return "unknown";
}

Result<> check(const VeilConfig& config) {
    auto wrong = [](const char* what) {
        return invalid_input(std::string("the veil cannot work so: ") + what);
    };
    if (config.lookahead < milliseconds(0) || config.lookahead > milliseconds(5000)) {
        return wrong("lookahead is 0 to 5000 ms");
    }
    if (config.hold < milliseconds(100) || config.hold > milliseconds(10'000)) {
        return wrong("hold is 100 to 10000 ms");
    }
    if (!(config.min_score >= 0.05F && config.min_score <= 0.9F)) {
        return wrong("min_score is 0.05 to 0.9");
    }
    if (config.looks < 1 || config.looks > 25) return wrong("looks is 1 to 25 a second");
    if (config.quality < 15 || config.quality > 40) return wrong("quality is 15 to 40");
    if (config.bit_rate < 0 || config.width < 0 || config.width > media::kMaxPictureSide) {
        return wrong("bit rate and width are not negative");
    }
    if (config.masks.size() > kMostMasks || config.hand_boxes.size() > kMostHandBoxes ||
        config.keep.size() > kMostKept) {
        return wrong("too many masks, boxes or kept tracks");
    }
    for (const auto& mask : config.masks) {
        if (mask.size() < 3 || mask.size() > kMostCorners)
            return wrong("a mask has 3 to 256 corners");
        for (const auto& corner : mask) {
            if (!fraction(corner.x) || !fraction(corner.y)) return wrong("corners are fractions");
        }
    }
    for (const auto& box : config.hand_boxes) {
        if (box.keys.empty() || box.keys.size() > kMostKeys) {
            return wrong("a box by hand has 1 to 1024 keys");
        }
        for (std::size_t i = 0; i < box.keys.size(); ++i) {
            const auto& at = box.keys[i].box;
            if (!fraction(at.x) || !fraction(at.y) || !fraction(at.w) || !fraction(at.h)) {
                return wrong("boxes are fractions");
            }
            if (i > 0 && box.keys[i].pts <= box.keys[i - 1].pts) {
                return wrong("keys come one after the other");
            }
        }
    }
    return {};
}

EyeConfig eye_config(const VeilConfig& config) {
    EyeConfig eye;
    eye.model = config.model;
    eye.face_model = config.face_model;
    eye.card_folder = config.card_folder;
    eye.model_folder = config.model_folder;
    eye.files = config.files;
    eye.min_score = config.min_score;
    eye.detect = config.persons;
    eye.faces = config.faces;
    return eye;
}

std::string name_of(const VeilConfig& config, const std::string& model) {
    if (model == kEmbeddedModel) return model;
    auto card = card_of({config.card_folder, config.model_folder, &config.files}, model);
    return card ? model + " " + card->version : model;
}

Result<std::vector<std::filesystem::path>> files_of(const VeilConfig& config) {
    auto paths = PROVISO_TRY(files_of(eye_config(config)));
    if (config.plates) {
        paths.push_back(std::filesystem::path(kCascadeFolder) / kPlateCascade);
    }
    return paths;
}

Result<> open_plates(const ModelPlace& place, cv::CascadeClassifier& cascade) {
    auto xml = PROVISO_TRY(read_from(place, kCascadeFolder, kPlateCascade));
    try {
        cv::FileStorage storage(
            std::string(as_text(*xml)), cv::FileStorage::READ | cv::FileStorage::MEMORY
        );
        if (cascade.read(storage.getFirstTopLevelNode())) return {};
    } catch (const std::exception&) {
        // said below
    }
    return Error(ErrorKind::Corrupt, "the plate cascade is damaged", "install opencv-data again");
}

}  // namespace proviso::vision
