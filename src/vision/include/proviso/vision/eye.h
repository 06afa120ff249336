#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <proviso/behaviour/observation.h>
#include <proviso/media/packet.h>
#include <proviso/vision/model_card.h>

namespace proviso::vision {

using behaviour::Observation;

/// The detector that needs no download.
inline constexpr const char* kEmbeddedModel = "embedded";

struct EyeConfig {
    std::string model = kEmbeddedModel;  ///< or the id of a model card
    std::filesystem::path card_folder;   ///< `*.yaml`
    std::filesystem::path model_folder;  ///< weights
    ModelFiles files = {};  ///< used instead of the folders for what is in it, by file name
    std::vector<behaviour::ObjectClass> classes = {behaviour::ObjectClass::Person};
    float min_score = 0;  ///< 0: what the card says
    bool detect = true;
    bool faces = false;                                       ///< look for faces
    bool embed = false;                                       ///< and make templates of them
    std::string face_model = "face_detection_yunet_2022mar";  ///< card id, or "embedded"
    std::string embedding_model = "face_reid_retail_0095";
    bool static_objects = false;
    bool health = true;
    std::vector<behaviour::Polygon> privacy_masks = {};  ///< never shown, never looked at
    bool always_awake = false;  ///< decode everything, as if something moved all the time
    int max_fps = 6;  ///< pictures a second that are looked at while something moves; 1..30
};

/// The files an Eye of this config reads: cards, weights, cascades.
Result<std::vector<std::filesystem::path>> files_of(const EyeConfig& config);

/// Looks at one stream of one camera. The same packets give the same observations. One thread at
/// a time, makes no threads of its own, opens no file after `open`.
///
/// What costs little comes first (VIS-1): while nothing moves only key frames are decoded, and
/// packet sizes say when to wake; then what was not decoded since the last key frame is looked at
/// first, so that nothing is missed but only told up to a group of pictures later.
class Eye {
public:
    /// NotFound or Corrupt if a model is not there or not what its card says.
    static Result<std::unique_ptr<Eye>> open(const EyeConfig& config);
    Eye() = default;
    Eye(const Eye&) = delete;
    Eye& operator=(const Eye&) = delete;
    virtual ~Eye() = default;

    /// One packet in decode order; an Observation of at most one picture, which may be an earlier
    /// one. Never throws; damaged input costs pictures, not the Eye (VIS-2): an error tells what
    /// was lost, and the next packet can be given as if nothing was.
    virtual Result<std::optional<Observation>> look(const media::Packet& packet) = 0;

    /// The last picture looked at as JPEG, at most `width` wide, with persons, faces and privacy
    /// masks made unrecognisable for good (VIS-4); boxes of `highlight` outlined. NotFound before
    /// the first picture.
    virtual Result<Bytes> masked_picture(
        int width, std::span<const behaviour::TrackId> highlight
    ) = 0;
};

}  // namespace proviso::vision
