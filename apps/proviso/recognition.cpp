#include "recognition.h"

#include <set>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/vision/model_card.h>

namespace proviso::app {

namespace {

constexpr int kMostDimensions = 4096;

/// Numbers of an embedding, as the card's one output head says: [1, 256, 1, 1] has 256.
std::size_t dimensions_of(const vision::ModelCard& card) {
    if (card.task != vision::ModelTask::FaceEmbedding || card.output.heads.size() != 1) return 0;
    int product = 1;
    for (auto side : card.output.heads.front().shape) {
        if (side > 0 && side <= kMostDimensions) product *= side;
        if (product > kMostDimensions) return 0;
    }
    return product > 1 ? static_cast<std::size_t>(product) : 0;
}

}  // namespace

std::filesystem::path accuracy_file(
    const std::filesystem::path& model_folder, const std::string& model
) {
    return model_folder / (model + ".accuracy.json");
}

std::optional<recognise::AccuracyTable> read_accuracy(
    const std::filesystem::path& model_folder, const std::string& model
) {
    if (!is_slug(model)) return {};
    auto text = read_file(accuracy_file(model_folder, model), 16U << 20U);
    if (!text) return {};
    auto table = parse_json(*text).and_then(recognise::read_accuracy_table);
    if (table) return *std::move(table);
    log_warning("the accuracy table of model '{}' is damaged: {}", model, table.error().story());
    return {};
}

namespace {

/// The strictest of what the packs say for the sites of these cameras.
recognise::WatchListTerms watch_list_terms(House& house, const std::vector<CameraId>& cameras) {
    recognise::WatchListTerms terms;
    if (!house.shelf) return terms;
    auto snapshot = house.registers->snapshot();
    auto packs = house.shelf->packs();
    auto today = day_of(house.clock.now());
    std::set<std::vector<std::string>> places;
    for (const auto& name : cameras) {
        auto camera = snapshot->cameras.find(name);
        if (camera == snapshot->cameras.end()) continue;
        auto site = snapshot->sites.find(camera->second.site);
        if (site != snapshot->sites.end()) places.insert(site->second.jurisdictions);
    }
    if (places.empty()) places.insert(std::vector<std::string>());
    auto read = [&](std::string_view name, std::chrono::days& days) {
        std::optional<std::int64_t> least;
        for (const auto& place : places) {
            auto parameter = packs.in_force->parameter(name, place, today);
            auto said = parameter ? parameter->days(policy::Reading::AtMost) : std::nullopt;
            if (said && (!least || *said < *least)) least = said;
        }
        if (least) days = std::chrono::days(*least);
    };
    read("watch_list.entry.default", terms.entry);
    read("watch_list.entry.review", terms.review);
    read("watch_list.entry.cap", terms.most);
    return terms;
}

}  // namespace

Result<std::unique_ptr<recognise::Recogniser>> open_recogniser(House& house) {
    auto folder = house.config.models();
    const auto& model = house.config.face_model;
    recognise::RecogniserOptions options;
    auto path = folder / (model + ".yaml");
    if (std::filesystem::exists(path)) {
        auto card = PROVISO_TRY(vision::read_model_card(path));
        options.dimensions = dimensions_of(card);
        if (options.dimensions == 0) {
            return invalid_input(
                "the model under 'faces.model' makes no templates of faces",
                "name a model whose card says face_embedding"
            );
        }
        options.model = card.id;
    }
    // Asked for once the house stands: the packs are loaded after the galleries.
    options.watch_list = [&house](const std::vector<CameraId>& cameras) {
        return watch_list_terms(house, cameras);
    };
    // What was measured here speaks before what came with the card.
    options.accuracy = [folder, cards = house.config.vision.cards](const std::string& id) {
        auto here = read_accuracy(folder, id);
        return here ? here : read_accuracy(cards, id);
    };
    return recognise::Recogniser::open(
        *house.database,
        *house.keys,
        *house.ledger,
        *house.registers,
        house.clock,
        std::move(options)
    );
}

}  // namespace proviso::app
