#include "network.h"

#include <algorithm>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>

namespace proviso::vision {
namespace {

constexpr std::uint64_t kLargestFile = 1U << 30U;
constexpr int kTrySide = 160;  // for networks that take any size

std::string words(const std::vector<cv::String>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

Error not_as_carded(const ModelCard& card, const std::string& what) {
    return Error(
        ErrorKind::Refused,
        fmt::format("the model '{}' is not used: {}", card.id, what),
        "correct its card, or use a model that has one"
    );
}

}  // namespace

Result<std::shared_ptr<const Bytes>> read_from(
    const ModelPlace& place, const std::filesystem::path& folder, const std::string& name
) {
    if (place.files != nullptr) {
        auto found = place.files->find(name);
        if (found != place.files->end() && found->second) return found->second;
    }
    if (folder.empty()) {
        return Error(
            ErrorKind::NotFound,
            fmt::format("the file {} is not there", name),
            "install the model with `proviso models pull` or `proviso models add`"
        );
    }
    auto text = read_file(folder / name, kLargestFile);
    if (!text) {
        if (text.error().kind() != ErrorKind::NotFound) return std::move(text).error();
        return Error(
            ErrorKind::NotFound,
            fmt::format("the file {} is not there", name),
            "install the model with `proviso models pull` or `proviso models add`"
        );
    }
    auto bytes = as_bytes(*text);
    return std::shared_ptr<const Bytes>(std::make_shared<Bytes>(bytes.begin(), bytes.end()));
}

Result<ModelCard> card_of(const ModelPlace& place, const std::string& id) {
    if (!is_slug(id)) return invalid_input("the name of a model is not valid");
    auto yaml = read_from(place, place.card_folder, id + ".yaml");
    if (!yaml) {
        return Error(
            ErrorKind::NotFound,
            fmt::format("the model '{}' has no card", id),
            "`proviso models list` shows those that have"
        );
    }
    auto card = PROVISO_TRY(parse_model_card(as_text(**yaml)));
    if (card.id != id) return not_as_carded(card, fmt::format("its card is called '{}'", id));
    return card;
}

Result<std::unique_ptr<Network>> Network::open(const ModelPlace& place, const std::string& id) {
    auto card = PROVISO_TRY(card_of(place, id));
    std::vector<std::shared_ptr<const Bytes>> files;
    for (const auto& file : card.files) {
        files.push_back(PROVISO_TRY(read_from(place, place.model_folder, file.name)));
        PROVISO_TRY(verify_model_file(file, *files.back()));
    }
    std::unique_ptr<Network> network(new Network(std::move(card)));
    try {
        PROVISO_TRY(network->load(files));
        PROVISO_TRY(network->check_heads());
    } catch (const std::exception&) {
        return not_as_carded(network->card(), "this OpenCV cannot read it");
    }
    return network;
}

Result<> Network::load(const std::vector<std::shared_ptr<const Bytes>>& files) {
    auto text = [&](std::size_t i) { return reinterpret_cast<const char*>(files[i]->data()); };
    if (card_.output.decoder == OutputDecoder::DarknetRegion) {
        net_ = cv::dnn::readNetFromDarknet(text(1), files[1]->size(), text(0), files[0]->size());
    } else {
        net_ = cv::dnn::readNetFromONNX(text(0), files[0]->size());
    }
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    return {};
}

/// Exactly the heads of the card, by name and shape: a network with another head (an age, a sex, a
/// feeling) is not what somebody approved.
Result<> Network::check_heads() {
    auto found = net_.getUnconnectedOutLayersNames();
    for (const auto& head : card_.output.heads) names_.push_back(head.name);
    auto sorted_found = found;
    auto sorted_names = names_;
    std::sort(sorted_found.begin(), sorted_found.end());
    std::sort(sorted_names.begin(), sorted_names.end());
    if (sorted_found != sorted_names) {
        return not_as_carded(
            card_, fmt::format("its outputs are {}; its card says {}", words(found), words(names_))
        );
    }
    cv::Mat blank(
        card_.input.height > 0 ? card_.input.height : kTrySide,
        card_.input.width > 0 ? card_.input.width : kTrySide,
        CV_8UC3,
        cv::Scalar(90, 100, 110)
    );
    PROVISO_TRY(run(blank));
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
        const auto& head = card_.output.heads[i];
        const auto& output = outputs_[i];
        auto same = output.type() == CV_32F && output.dims == static_cast<int>(head.shape.size());
        for (int side = 0; same && side < output.dims; ++side) {
            auto wanted = head.shape[static_cast<std::size_t>(side)];
            same = wanted == -1 || wanted == output.size[side];
        }
        if (!same) {
            return not_as_carded(
                card_, fmt::format("its output {} has another shape than its card says", head.name)
            );
        }
    }
    return {};
}

Result<const std::vector<cv::Mat>*> Network::run(const cv::Mat& bgr) {
    try {
        const auto& input = card_.input;
        cv::dnn::blobFromImage(
            bgr,
            blob_,
            input.scale,
            {},
            cv::Scalar(input.mean[0], input.mean[1], input.mean[2]),
            input.rgb,
            false,
            CV_32F
        );
        net_.setInput(blob_, input.name);
        net_.forward(outputs_, names_);
        return &outputs_;
    } catch (const std::exception&) {
        return Error(ErrorKind::Internal, fmt::format("the model '{}' gave no answer", card_.id));
    }
}

}  // namespace proviso::vision
