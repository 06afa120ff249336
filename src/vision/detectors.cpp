#include "detectors.h"

#include <algorithm>

#include "dnn_detector.h"
#include "embedded_detector.h"
#include "face_finder.h"
#include "network.h"

namespace proviso::vision {

Result<std::unique_ptr<Detector>> open_detector(const EyeConfig& config) {
    if (config.model == kEmbeddedModel) return make_embedded_detector();
    ModelPlace place{config.card_folder, config.model_folder, &config.files};
    auto network = PROVISO_TRY(Network::open(place, config.model));
    return make_dnn_detector(std::move(network), config.min_score);
}

Result<std::vector<std::filesystem::path>> files_of(const EyeConfig& config) {
    std::vector<std::filesystem::path> paths;
    ModelPlace place{config.card_folder, config.model_folder, &config.files};
    auto add = [&](const std::string& id) -> Result<> {
        auto card = PROVISO_TRY(card_of(place, id));
        paths.push_back(config.card_folder / (id + ".yaml"));
        for (const auto& file : card.files) paths.push_back(config.model_folder / file.name);
        return {};
    };
    if (config.detect && config.model != kEmbeddedModel) PROVISO_TRY(add(config.model));
    if (config.faces) {
        if (config.face_model == kEmbeddedModel) {
            paths.emplace_back(std::filesystem::path(kCascadeFolder) / kFaceCascade);
        } else {
            PROVISO_TRY(add(config.face_model));
        }
        if (config.embed) PROVISO_TRY(add(config.embedding_model));
    }
    return paths;
}

}  // namespace proviso::vision
