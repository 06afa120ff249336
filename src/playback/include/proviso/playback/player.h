#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include <proviso/catalog/catalog.h>
#include <proviso/keys/key_store.h>
#include <proviso/law/gate.h>
#include <proviso/media/packet.h>
#include <proviso/vision/veil_pool.h>

namespace proviso::playback {

/// Which track of a recording is read. Sound is read for itself, so that who does not listen
/// notices nothing of where it begins and ends.
enum class Track { Pictures, Sound };

/// A decrypted piece of a recording, ready for Media Source Extensions.
struct Piece {
    Bytes bytes;  ///< init segment, or moof+mdat whose decode time is wall time minus origin
    bool init = false;
    Timestamp wall_start;
    microseconds duration{0};
};

/// Reads a stretch of time back, fragment by fragment, holding one in memory. Not thread-safe.
class RangeReader {
public:
    virtual ~RangeReader() = default;
    /// "avc1.4d401f", or "mp4a.40.2" of sound; it changes only with a new init piece.
    virtual const std::string& codec() const = 0;
    /// The wall time that is media time zero.
    virtual Timestamp origin() const = 0;
    /// Nothing at the end of the range. Refused if the permit ended meanwhile.
    virtual Result<std::optional<Piece>> next() = 0;

    /// The stream that is read: "main", or "masked" for the archive in which nobody is.
    virtual const media::StreamKey& stream() const = 0;
};

/// How people are hidden in what is played or handed out.
struct Masking {
    vision::VeilPool* pool = nullptr;  ///< null: only clear pictures can be had
    /// What is hidden at a camera.
    std::function<vision::VeilConfig(const CameraId&)> config = {};
};

/// Thread-safe.
class Player {
public:
    Player(
        std::filesystem::path folder,
        catalog::Catalog& catalog,
        keys::KeyStore& keys,
        const Clock& clock,
        Masking masking = {}
    );

    /// Reads [from, to), beginning at the last key frame at or before `from`; includes what is
    /// durable of the segment being recorded now. NotFound if nothing is recorded there; the
    /// error's next step names the next recorded moment. `origin` is media time zero.
    ///
    /// Unless the permit says `clear` nobody is to be recognised in it (PLAY-3): the masked
    /// archive of the camera is read, and where there is none, `stream` through a veil.
    /// Unavailable if there is nothing to hide people with.
    Result<std::unique_ptr<RangeReader>> read(
        std::shared_ptr<law::Permit<law::View>> permit,
        const media::StreamKey& stream,
        Timestamp from,
        Timestamp to,
        Timestamp origin,
        Track track = Track::Pictures
    ) const;

private:
    std::filesystem::path folder_;
    catalog::Catalog& catalog_;
    keys::KeyStore& keys_;
    const Clock& clock_;
    const Masking masking_;
};

}  // namespace proviso::playback
