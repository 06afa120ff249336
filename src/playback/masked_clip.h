#pragma once

#include <deque>

#include <proviso/playback/exporter.h>
#include <proviso/proof/manifest.h>

#include "masked_reader.h"

namespace proviso::playback {

/// Before the first picture that is handed out: from these the veil learns what is usual.
inline constexpr std::chrono::seconds kClipLearns{2};

/// Hides people while a clip is made: recorded fragments in, the bytes of the clip out. Sound is
/// left out: voices tell who somebody is. Not thread-safe.
class MaskedClip {
public:
    /// Pictures before `from` are only learned from.
    static Result<std::unique_ptr<MaskedClip>> begin(
        const Masking& masking, const CameraId& camera, Timestamp from, const Redaction& redaction
    );

    /// The init segment of the recording whose fragments follow.
    Result<> init(ByteView plain);
    /// One of its fragments, whose first picture was taken at `start`. `keep_going` is asked while
    /// it waits.
    Result<> fragment(
        const Bytes& plain, Timestamp start, const std::function<Result<>()>& keep_going
    );
    /// No more fragments come.
    Result<> finish(const std::function<Result<>()>& keep_going);

    /// What is ready of the clip.
    std::optional<Bytes> take();

    const proof::ManifestMasking& summary() const { return summary_; }

private:
    MaskedClip(std::unique_ptr<vision::VeilSession> veil, Timestamp zero, std::int64_t show_from);

    void collect(milliseconds patience);
    void note(const vision::MaskRecord& record);

    std::unique_ptr<vision::VeilSession> veil_;
    const Timestamp zero_;  ///< pts 0
    FragmentMaker maker_;
    std::shared_ptr<const media::CodecParameters> recorded_;
    std::shared_ptr<const media::CodecParameters> codec_;
    std::int64_t last_dts_ = -1;
    std::deque<Bytes> ready_;
    proof::ManifestMasking summary_;
};

}  // namespace proviso::playback
