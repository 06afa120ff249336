#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/base/document.h>

/// A model card says what a model file is, where it comes from, how it is fed and read, and how far
/// it can be trusted. A model without one is not used (VIS-3).
namespace proviso::vision {

enum class ModelTask : std::uint8_t {
    ObjectDetection,  ///< boxes with classes
    FaceDetection,    ///< boxes, usually with five points
    FaceLandmarks,    ///< five points of a face box
    FaceEmbedding,    ///< aligned face -> vector
    PersonEmbedding,  ///< person box -> vector
};

std::string_view to_string(ModelTask task);

/// How the numbers of the output become boxes, points or a vector.
enum class OutputDecoder : std::uint8_t {
    SsdBoxesScores,  ///< heads boxes [1,N,4] (x1,y1,x2,y2 of 0..1) and scores [1,N,classes]
    Yolox,           ///< one head [1,N,5+classes], strides 8, 16, 32
    DarknetRegion,   ///< heads [N,5+classes]: cx,cy,w,h of 0..1, objectness, class scores
    Yunet,           ///< heads loc [N,14], conf [N,2], iou [N,1]
    Landmarks,       ///< one head [1,10,1,1]: five points of 0..1
    Embedding,       ///< one head: a vector
};

std::string_view to_string(OutputDecoder decoder);

struct ModelFile {
    std::string name;               ///< a plain file name, as it lies in the model folder
    std::string sha256;             ///< lower-case hexadecimal
    std::uint64_t size = 0;         ///< bytes
    std::vector<std::string> urls;  ///< public addresses of exactly these bytes; may be empty
};

struct ModelInput {
    std::string name;  ///< of the input blob; empty: the only one
    int width = 0;     ///< pixels; 0 with height 0: any size
    int height = 0;
    bool rgb = false;  ///< false: BGR
    double scale = 1;  ///< multiplied after the mean was taken off
    std::array<double, 3> mean{};
    bool letterbox = false;  ///< true: keep the aspect, top left, rest 114; false: stretch
};

struct ModelHead {
    std::string name;
    std::vector<int> shape;  ///< -1: depends on the picture
};

struct ModelOutput {
    OutputDecoder decoder = OutputDecoder::Embedding;
    std::vector<ModelHead> heads;      ///< exactly those the network must have
    std::vector<std::string> classes;  ///< in the order of the scores
    float score = 0;                   ///< keep what is above
    float nms = 0.45F;                 ///< boxes of a class overlapping more are one
};

/// One row of the accuracy table, as somebody measured it.
struct ModelFigure {
    std::string measure;  ///< "AP50", "equal error rate"
    double value = 0;
    std::string unit;    ///< "", "%", "ms"
    std::string data;    ///< on what
    std::string source;  ///< by whom, where it is written
};

/// What the model is good for, measured or stated by its makers.
struct ModelEnvelope {
    int smallest_pixels = 0;  ///< height of a person, width of a face; 0: unknown
    std::string light;
    std::vector<std::string> weaknesses;
};

struct ModelCard {
    std::string id;
    std::string title;
    std::string version;
    ModelTask task = ModelTask::ObjectDetection;
    std::vector<ModelFile> files;  ///< the first is the one with the weights
    std::string licence;           ///< SPDX, or the licence's own name
    std::string licence_url;
    std::string origin;        ///< who made it and how the file came to be
    std::string upstream_url;  ///< the page of the work it comes from
    ModelInput input;
    ModelOutput output;
    ModelEnvelope envelope;
    std::vector<ModelFigure> accuracy;
};

/// Strict: an unknown field, a path in a file name, a hash that is none are InvalidInput.
Result<ModelCard> parse_model_card(std::string_view yaml);
Result<ModelCard> read_model_card(const std::filesystem::path& path);

/// All `*.yaml` of a folder, by id. InvalidInput if two cards have one id, or an id is not its
/// file's name.
Result<std::map<std::string, ModelCard>> read_model_cards(const std::filesystem::path& folder);

/// Compares size and SHA-256 with the card. Corrupt if they differ.
Result<> verify_model_file(const ModelFile& file, ByteView content);

/// Files already read by whoever may open files, by plain name (`person.yaml`, `person.onnx`).
using ModelFiles = std::map<std::string, std::shared_ptr<const Bytes>, std::less<>>;

}  // namespace proviso::vision
