#pragma once

#include <deque>
#include <functional>
#include <map>

#include <proviso/vision/veil.h>

#include "veil_burn.h"
#include "veil_encoder.h"
#include "veil_frames.h"
#include "veil_watch.h"

namespace proviso::vision {

/// One group of pictures as the camera sent it, while it is in the delay line.
struct VeilGroup {
    std::vector<media::PacketPtr> packets;  ///< to decode it again, or to pass it on
    std::size_t bytes = 0;
    std::int64_t first_pts = 0;
    std::vector<std::int64_t> dts;
    std::size_t in_decoder = 0;
    std::size_t in_line = 0;
    std::size_t given = 0;
    bool complete = false;  ///< the next group has begun, or nothing more comes
    bool anew = false;      ///< is encoded; otherwise it may still be passed on
    bool damaged = false;
    bool fast = false;          ///< decoded to be looked at only
    bool packets_gone = false;  ///< too many to keep
    MaskRecord record;
};

using GroupPtr = std::shared_ptr<VeilGroup>;

/// A picture in the delay line.
struct VeilPicture {
    media::PacketPtr source;
    GroupPtr group;
    FramePtr frame;  ///< null: to be decoded again if it is shown masked
    Finding finding;
    bool any = false;  ///< finding.seen holds anything
    int width = 0;     ///< as shown
    int height = 0;
    bool full_range = false;
};

class VeilEngine final : public Veil {
public:
    /// Takes detectors that fit out of `parts`, if there are any.
    static Result<std::unique_ptr<VeilEngine>> create(
        const VeilConfig& config, PeopleParts* parts = nullptr
    );

    Result<> push(const media::Packet& packet) override;
    void tell(std::int64_t pts, std::span<const behaviour::Box> boxes) override;
    Result<> finish() override;
    std::optional<MaskedPacket> next() override;

    /// For measurements: every mask that is burned in, and the empty ones of what is passed on.
    using MaskWatcher = std::function<void(std::int64_t pts, const Cells&)>;

    void watch_masks(MaskWatcher watcher) { watcher_ = std::move(watcher); }

private:
    struct Expected {
        media::PacketPtr source;
        GroupPtr group;
    };

    /// A group that is decoded a second time.
    struct Again {
        GroupPtr group;
        std::unique_ptr<FrameDecoder> decoder;
        std::size_t next = 0;
        bool drained = false;
        std::map<std::int64_t, FramePtr> ready;
    };

    struct Past {
        std::int64_t pts;
        Cells seen;
    };

    VeilEngine(const VeilConfig& config, std::unique_ptr<VeilWatch> watch);

    // what comes in (veil_engine.cpp)
    Result<> take(const media::Packet& packet);
    Result<> change_codec(const media::Packet& packet);
    void begin_group(const media::Packet& packet);
    Result<> take_decoded();
    Result<> admit(FrameDecoder::Decoded decoded);
    Result<> end_run();
    bool may_hold(const VeilGroup& group, const VeilPicture& picture) const;

    // what goes out (veil_release.cpp)
    Result<> release(bool all);
    bool whole_group_clean(const VeilPicture& first, bool all, bool& undecided);
    Cells mask_of(const VeilPicture& picture) const;
    Result<> pass(GroupPtr group);
    Result<> give(VeilPicture picture, const Cells& mask);
    Result<> show(VeilPicture& picture, const Cells& mask);
    Result<FramePtr> frame_of(VeilPicture& picture);
    Result<> ready_encoder(const VeilPicture& picture, const media::CodecParameters& source);
    void note(VeilPicture& picture, const Cells& mask, bool passed);
    void leave(VeilPicture&& picture);
    void close_record(const GroupPtr& group);
    bool decided(const VeilPicture& picture, bool all) const;

    VeilConfig config_;
    std::unique_ptr<VeilWatch> watch_;
    std::int64_t lookahead_;
    std::int64_t hold_;
    std::string model_;
    std::string face_model_;
    std::unique_ptr<FrameDecoder> decoder_;
    bool may_pass_ = false;  ///< of the codec that runs now
    bool waiting_ = true;    ///< for a key frame
    GroupPtr group_;
    bool quiet_ = false;  ///< the group before held nothing
    std::map<std::int64_t, Expected> expected_;
    std::shared_ptr<Bytes> narrowed_;
    std::map<std::int64_t, std::vector<behaviour::Box>> told_;

    std::deque<VeilPicture> line_;
    std::deque<Past> past_;
    Again again_;
    Burner burner_;
    std::unique_ptr<VeilEncoder> encoder_;
    std::int64_t last_dts_ = INT64_MIN;
    std::deque<MaskedPacket> out_;
    MaskWatcher watcher_;
};

}  // namespace proviso::vision
