#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>
#include <proviso/crypto/hash.h>
#include <proviso/vision/model_card.h>

namespace proviso::vision {
namespace {

constexpr auto kTasks = std::to_array<std::string_view>(
    {"object_detection", "face_detection", "face_landmarks", "face_embedding", "person_embedding"}
);
constexpr auto kDecoders = std::to_array<std::string_view>(
    {"ssd_boxes_scores", "yolox", "darknet_region", "yunet", "landmarks", "embedding"}
);
constexpr std::uint64_t kLargestCard = 256U << 10U;
constexpr std::int64_t kLargestFile = std::int64_t{2} << 30U;

template <class Words>
std::vector<std::string> list_of(const Words& words) {
    return {words.begin(), words.end()};
}

template <class Enum, class Words>
Enum place_of(const std::string& word, const Words& words) {
    auto at = std::find(words.begin(), words.end(), word);
    return static_cast<Enum>(at == words.end() ? 0 : at - words.begin());
}

double number_or(ObjectReader& read, std::string_view key, double least, double most, double none) {
    const auto& member = read.member(key);
    if (member.is_null()) return none;
    if (!member.is_number()) {
        read.fail(fmt::format("'{}' is not a number", key));
        return none;
    }
    auto value = member.get<double>();
    if (!(value >= least && value <= most)) {
        read.fail(fmt::format("'{}' is not between {} and {}", key, least, most));
        return none;
    }
    return value;
}

const Json& list_or_empty(ObjectReader& read, std::string_view key) {
    static const Json kEmpty = Json::array();
    const auto& member = read.member(key);
    if (member.is_null()) return kEmpty;
    if (member.is_array()) return member;
    read.fail(fmt::format("'{}' is not a list", key));
    return kEmpty;
}

bool is_plain_file_name(const std::string& name) {
    return !name.empty() && name.size() <= 128 && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
           });
}

Result<ModelFile> read_model_file(const Json& json, const std::string& where) {
    ObjectReader read(json, where);
    ModelFile file;
    file.name = read.text("name");
    file.sha256 = read.text("sha256");
    file.size = static_cast<std::uint64_t>(read.integer("size", 1, kLargestFile));
    file.urls = read.texts_or_empty("urls");
    PROVISO_TRY(read.finish());
    if (!is_plain_file_name(file.name)) {
        return invalid_input(where + ": 'name' is not a plain file name");
    }
    auto hash = from_hex(file.sha256);
    if (!hash || hash->size() != 32) {
        return invalid_input(where + ": 'sha256' is not 64 lower-case hexadecimal digits");
    }
    for (const auto& url : file.urls) {
        if (!url.starts_with("https://") && !url.starts_with("http://")) {
            return invalid_input(where + ": an address under 'urls' is neither https nor http");
        }
    }
    return file;
}

Result<ModelInput> read_input(const Json& json) {
    ObjectReader read(json, "input");
    ModelInput input;
    input.name = read.text_or("name", "");
    input.width = static_cast<int>(read.integer_or("width", 0, 4096, 0));
    input.height = static_cast<int>(read.integer_or("height", 0, 4096, 0));
    input.rgb = read.one_of_or("order", {"bgr", "rgb"}, "bgr") == "rgb";
    input.scale = number_or(read, "scale", 1e-6, 1e6, 1);
    const auto& mean = list_or_empty(read, "mean");
    if (!mean.empty() && mean.size() != 3) read.fail("'mean' has not three numbers");
    for (std::size_t i = 0; i < std::min<std::size_t>(3, mean.size()); ++i) {
        if (mean[i].is_number()) {
            input.mean.at(i) = mean[i].get<double>();
        } else {
            read.fail("'mean' has not three numbers");
        }
    }
    input.letterbox = read.one_of_or("resize", {"stretch", "letterbox"}, "stretch") == "letterbox";
    PROVISO_TRY(read.finish());
    if ((input.width == 0) != (input.height == 0)) {
        return invalid_input("input: 'width' and 'height' are given together or not at all");
    }
    return input;
}

Result<ModelHead> read_head(const Json& json) {
    ObjectReader read(json, "output head");
    ModelHead head;
    head.name = read.text("name");
    for (const auto& side : list_or_empty(read, "shape")) {
        if (!side.is_number_integer() || side.get<std::int64_t>() < -1 ||
            side.get<std::int64_t>() > 1'000'000) {
            read.fail("'shape' is not a list of sizes");
            break;
        }
        head.shape.push_back(side.get<int>());
    }
    PROVISO_TRY(read.finish());
    return head;
}

Result<ModelOutput> read_output(const Json& json) {
    ObjectReader read(json, "output");
    ModelOutput output;
    output.decoder = place_of<OutputDecoder>(read.one_of("decoder", list_of(kDecoders)), kDecoders);
    for (const auto& head : list_or_empty(read, "heads")) {
        output.heads.push_back(PROVISO_TRY(read_head(head)));
    }
    output.classes = read.texts_or_empty("classes");
    output.score = static_cast<float>(number_or(read, "score", 0, 1, 0));
    output.nms = static_cast<float>(number_or(read, "nms", 0, 1, 0.45));
    PROVISO_TRY(read.finish());
    if (output.heads.empty()) {
        return invalid_input(
            "output: 'heads' is empty", "list every output of the network with its name and shape"
        );
    }
    return output;
}

Result<ModelEnvelope> read_envelope(const Json& json) {
    ObjectReader read(json, "envelope");
    ModelEnvelope envelope;
    envelope.smallest_pixels = static_cast<int>(read.integer_or("smallest_pixels", 0, 10'000, 0));
    envelope.light = read.text_or("light", "");
    envelope.weaknesses = read.texts_or_empty("weaknesses");
    PROVISO_TRY(read.finish());
    return envelope;
}

Result<ModelFigure> read_figure(const Json& json) {
    ObjectReader read(json, "accuracy");
    ModelFigure figure;
    figure.measure = read.text("measure");
    if (!read.has("value")) read.fail("'value' is missing");
    figure.value = number_or(read, "value", -1e9, 1e9, 0);
    figure.unit = read.text_or("unit", "");
    figure.data = read.text("data");
    figure.source = read.text("source");
    PROVISO_TRY(read.finish());
    return figure;
}

/// What the decoder needs to hold, so that it cannot run over the end of an output.
Result<> check_fit(const ModelCard& card) {
    const auto& output = card.output;
    auto detects = output.decoder == OutputDecoder::SsdBoxesScores ||
                   output.decoder == OutputDecoder::Yolox ||
                   output.decoder == OutputDecoder::DarknetRegion;
    if (detects && output.classes.empty()) {
        return invalid_input("output: 'classes' is empty", "list the classes in their order");
    }
    if (output.decoder == OutputDecoder::Yolox && card.input.width == 0) {
        return invalid_input("input: this decoder needs 'width' and 'height'");
    }
    if (output.decoder == OutputDecoder::DarknetRegion && card.files.size() != 2) {
        return invalid_input("files: this decoder needs the weights and the network description");
    }
    return {};
}

}  // namespace

std::string_view to_string(ModelTask task) { return kTasks.at(static_cast<std::size_t>(task)); }

std::string_view to_string(OutputDecoder decoder) {
    return kDecoders.at(static_cast<std::size_t>(decoder));
}

Result<ModelCard> parse_model_card(std::string_view yaml) {
    auto document = PROVISO_TRY(parse_yaml_document(yaml, {.bytes = kLargestCard}));
    ObjectReader read(document, "model card");
    ModelCard card;
    card.id = read.text("id");
    card.title = read.text("title");
    card.version = read.text("version");
    card.task = place_of<ModelTask>(read.one_of("task", list_of(kTasks)), kTasks);
    card.licence = read.text("licence");
    card.licence_url = read.text_or("licence_url", "");
    card.origin = read.text("origin");
    card.upstream_url = read.text_or("upstream_url", "");
    const auto& files = list_or_empty(read, "files");
    const auto& input = read.member("input");
    const auto& output = read.member("output");
    const auto& envelope = read.member("envelope");
    const auto& accuracy = list_or_empty(read, "accuracy");
    PROVISO_TRY(read.finish());
    if (!is_slug(card.id)) {
        return invalid_input(
            "model card: 'id' is not valid",
            "use 1 to 63 of a-z, 0-9, '-' and '_', beginning with a letter or digit"
        );
    }
    if (files.empty()) return invalid_input("model card: 'files' is empty");
    for (const auto& file : files) {
        card.files.push_back(PROVISO_TRY(read_model_file(file, "model card: file")));
    }
    card.input = PROVISO_TRY(read_input(input));
    card.output = PROVISO_TRY(read_output(output));
    if (!envelope.is_null()) card.envelope = PROVISO_TRY(read_envelope(envelope));
    for (const auto& figure : accuracy) {
        card.accuracy.push_back(PROVISO_TRY(read_figure(figure)));
    }
    PROVISO_TRY(check_fit(card));
    return card;
}

Result<ModelCard> read_model_card(const std::filesystem::path& path) {
    auto doing = fmt::format("read model card {}", path.filename().string());
    auto text = read_file(path, kLargestCard);
    if (!text) return std::move(text).error().while_doing(doing);
    auto card = parse_model_card(*text);
    if (!card) return std::move(card).error().while_doing(doing);
    return card;
}

Result<std::map<std::string, ModelCard>> read_model_cards(const std::filesystem::path& folder) {
    std::map<std::string, ModelCard> cards;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        if (entry.path().extension() != ".yaml") continue;
        auto card = PROVISO_TRY(read_model_card(entry.path()));
        if (card.id != entry.path().stem()) {
            return invalid_input(fmt::format(
                "the card {} has the id '{}': file and id must be the same",
                entry.path().filename().string(),
                card.id
            ));
        }
        auto id = card.id;
        cards.emplace(std::move(id), std::move(card));
    }
    if (failed) return errno_error("read the folder of model cards", failed.value());
    return cards;
}

Result<> verify_model_file(const ModelFile& file, ByteView content) {
    auto next =
        "fetch it again with `proviso models pull`, or correct the card if you trust the file";
    if (content.size() != file.size) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("{} has {} bytes, its card says {}", file.name, content.size(), file.size),
            next
        );
    }
    auto hash = to_hex(crypto::sha256(content));
    if (hash != file.sha256) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("{} has the SHA-256 {}, its card says {}", file.name, hash, file.sha256),
            next
        );
    }
    return {};
}

}  // namespace proviso::vision
