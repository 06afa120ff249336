#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <proviso/behaviour/observation.h>
#include <proviso/media/packet.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/model_card.h>

namespace proviso::vision {

/// Stands in every MaskRecord: which rules hid what was hidden.
inline constexpr const char* kVeilVersion = "veil-1";

enum class VeilStyle : std::uint8_t {
    Pixelate,  ///< few large blocks: mean, made coarse, with secret noise, renewed twice a second
    Fill,      ///< one dark grey: nothing of what is hidden is in the bytes
};

enum class VeilForm : std::uint8_t {
    Video,    ///< H.264 packets as a camera would send them
    Jpeg,     ///< one JPEG a picture, in Packet::data (snapshots, thumbnails); `width` holds
    Nothing,  ///< only MaskRecords: the first pass of a redaction
};

/// Where a thing that was marked by hand is at one moment.
struct BoxKey {
    std::int64_t pts = 0;  ///< 90 kHz, of the pushed packets
    behaviour::Box box;
};

/// Hidden from its first key to its last, whatever detectors say. Between two keys the box goes the
/// straight way, is drawn to where the thing is found, and covers both.
struct HandBox {
    std::uint32_t id = 0;
    std::vector<BoxKey> keys;  ///< by pts; one key: hidden in the pictures within 40 ms of it
};

struct VeilConfig {
    /// Static privacy masks: hidden in every picture.
    std::vector<behaviour::Polygon> masks = {};
    bool persons = true;
    bool faces = true;
    bool movers = true;   ///< whatever is not the usual background, though nobody knows what it is
    bool plates = false;  ///< needs Debian's opencv-data: files_of() names the cascade
    VeilStyle style = VeilStyle::Pixelate;
    VeilForm form = VeilForm::Video;
    int width = 0;  ///< Jpeg only: at most so wide; 0: as the picture is

    /// How far ahead of a picture is looked before it is given out, which is the delay this adds;
    /// 0..5 s. Live: kLiveLookahead. Archive and export: kArchiveLookahead.
    milliseconds lookahead{400};
    /// How long a place stays hidden after the last that was seen there.
    milliseconds hold{1000};

    std::string model = kEmbeddedModel;  ///< of persons: or the id of a card
    std::string face_model = kEmbeddedModel;
    std::filesystem::path card_folder = {};
    std::filesystem::path model_folder = {};
    ModelFiles files = {};   ///< used instead of the folders for what is in it, by file name
    float min_score = 0.2F;  ///< from here on something may be a person, and is hidden
    int looks = 4;           ///< a second, of the detectors; 1..25. Movers are watched more often

    std::vector<HandBox> hand_boxes = {};
    /// All but these: tracks of MaskRecords that a run with the same packets and the same model,
    /// min_score and looks gave. Shown only while they are surely seen and nobody is in front.
    std::vector<behaviour::TrackId> keep = {};

    /// Pictures before this pts are looked at, to learn what is usual, and not given out. A second
    /// or two of them spares the viewer the hidden pictures of the start.
    std::int64_t show_from = INT64_MIN;

    /// Groups of pictures in which nothing is to be hidden go out as they came (SEI left out). All
    /// packets still have one CodecParameters: it holds both parameter sets, under different ids,
    /// so one avcC serves the whole file. H.264 of 8 bits 4:2:0 only; others are encoded anew.
    bool only_groups_that_need_it = false;

    int quality = 25;           ///< x264's crf, 15..40
    std::int64_t bit_rate = 0;  ///< most bits a second; 0: none
};

inline constexpr milliseconds kLiveLookahead{400};
inline constexpr milliseconds kArchiveLookahead{1500};

/// What a Veil of this config reads. Pass them as `files` where nothing can be opened.
Result<std::vector<std::filesystem::path>> files_of(const VeilConfig& config);

enum class Doubt : std::uint8_t {
    NotYetKnown,   ///< no usual picture learned yet: everything was hidden
    SceneChanged,  ///< the camera moved, or its light: everything was hidden
    Damaged,       ///< the stream was damaged: everything was hidden
    Lost,          ///< a person was seen no more though it did not leave; its last place was hidden
    Weak,          ///< something that may be a person was hidden on a weak score only
    Crossed,       ///< a kept person met another; it was hidden for that while
    HandBoxLost,   ///< the thing under a box drawn by hand was not found again between two keys
};

std::string_view to_string(Doubt doubt);

struct UncertainMoment {
    Doubt doubt = Doubt::NotYetKnown;
    std::int64_t from = 0;  ///< pts of the first and the last picture it concerns
    std::int64_t to = 0;
    behaviour::Box box;            ///< where; the whole picture where everything was hidden
    behaviour::TrackId track = 0;  ///< or the id of a hand box; 0: none
};

/// Where a track was at one look.
struct TrackMark {
    behaviour::TrackId track = 0;
    behaviour::ObjectClass kind = behaviour::ObjectClass::Person;
    std::int64_t pts = 0;
    behaviour::Box box;
    bool predicted = false;  ///< not seen in this picture
    bool kept = false;       ///< shown, as asked
};

/// What was done to a stretch of pictures: one group of pictures as the camera sent it.
struct MaskRecord {
    std::int64_t from = 0;  ///< pts of the first and the last picture given out
    std::int64_t to = 0;
    Timestamp from_wall;
    Timestamp to_wall;
    std::uint32_t pictures = 0;
    std::uint32_t masked = 0;  ///< of them with anything hidden
    std::uint32_t whole = 0;   ///< of them hidden all over
    std::uint32_t passed = 0;  ///< of them given out as they came
    std::uint32_t lost = 0;    ///< that could not be decoded and are missing
    float hidden_share = 0;    ///< of the area, on average
    std::string version;       ///< kVeilVersion
    std::string model;         ///< "embedded", or the id and version of the card
    std::string face_model;
    std::vector<TrackMark> marks;            ///< at most 512
    std::vector<UncertainMoment> uncertain;  ///< at most 64
};

struct MaskedPacket {
    media::PacketPtr packet;  ///< null: a record comes
    bool passed = false;      ///< as it came: nothing in its group was to be hidden
    std::shared_ptr<const MaskRecord> record;  ///< comes alone, behind the last of its packets
};

/// Hides people in one stream of one camera: packets in decode order in, masked packets out, in
/// order, with pts, wall and mono of the picture they come from, and dts that never decrease.
///
/// Shows only what is known to be harmless (VIS-20): a place is hidden in a picture if a detector
/// found anything there at a low threshold, or something stood in front of the usual background, in
/// any picture from `hold` before to `lookahead` after it; a person who is missed is followed where
/// it should be. While it cannot tell (nothing learned yet, camera moved, damage) the picture is
/// hidden whole. What is hidden is gone: the encoder never sees a clear picture (VIS-21).
///
/// The same packets and config give the same masks. One thread at a time, makes no threads, opens
/// no file after `open`. Memory: up to `lookahead` of decoded pictures, at most 256 MiB of them.
class Veil {
public:
    /// NotFound or Corrupt if a model is not there or not what its card says; InvalidInput for
    /// numbers out of range; Unavailable without libx264.
    static Result<std::unique_ptr<Veil>> open(const VeilConfig& config);
    Veil() = default;
    Veil(const Veil&) = delete;
    Veil& operator=(const Veil&) = delete;
    virtual ~Veil() = default;

    /// An error tells that pictures were lost; what follows is hidden until the next key frame, and
    /// the next packet can be given as if nothing was. Never throws.
    virtual Result<> push(const media::Packet& packet) = 0;

    /// What others found in the picture of this pts (a running Eye, a radar): hidden like own
    /// detections. To be told before the packet is pushed, or within the lookahead.
    virtual void tell(std::int64_t pts, std::span<const behaviour::Box> boxes) = 0;

    /// No more packets come: what is in the delay line comes out. push() begins a new run.
    virtual Result<> finish() = 0;

    /// What is ready; nothing if more must be pushed.
    virtual std::optional<MaskedPacket> next() = 0;
};

}  // namespace proviso::vision
