#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <proviso/base/time.h>
#include <proviso/catalog/catalog.h>
#include <proviso/keys/key_store.h>
#include <proviso/law/gate.h>
#include <proviso/ledger/ledger.h>
#include <proviso/media/packet.h>
#include <proviso/media/sound.h>
#include <proviso/record/disk.h>

namespace proviso::record {

struct RecorderOptions {
    std::filesystem::path
        folder;  ///< recordings/YYYY-MM-DD/HH/<camera>/<stream>-MM.SS-<id>.pvs (UTC)
    std::chrono::seconds segment_length{60};           ///< cut at the first key frame after it
    milliseconds fragment_length{500};                 ///< at most
    milliseconds sync_every{1000};                     ///< at most this much is lost with the power
    int writers = 2;                                   ///< threads that encrypt and write
    std::uint64_t least_free_bytes = 256ULL << 20U;    ///< under it recording pauses with a gap
    std::uint64_t most_waiting_bytes = 256ULL << 20U;  ///< of all streams, not yet written
    milliseconds retry_storage_every{3000};            ///< after it failed or was full
    std::shared_ptr<Disk> disk;                        ///< none: the real one
};

struct StreamStatus {
    media::StreamKey stream;
    bool recording = false;
    bool sound = false;  ///< the segment being recorded has a sound track
    std::string cause;   ///< why not, in words for a person
    Timestamp since;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    std::uint64_t dropped_packets = 0;  ///< each is covered by a gap
    std::optional<Timestamp> durable_to;
};

/// Takes packets of permitted cameras and leaves encrypted, sealed, indexed recordings.
/// Thread-safe; packets of one stream come from one thread at a time.
class Recorder {
public:
    /// Recovers what a crash left (torn tails cut, open segments sealed with cause "crash").
    static Result<std::unique_ptr<Recorder>> open(
        RecorderOptions options,
        catalog::Catalog& catalog,
        keys::KeyStore& keys,
        ledger::Ledger& ledger,
        law::Gate& gate,
        const Clock& clock
    );
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    /// Closes and seals every open segment.
    ~Recorder();

    /// Begins to record a stream; closes the gap that may be open. The permit is renewed at every
    /// cut and looked at for every packet.
    Result<> start(const media::StreamKey& stream, law::Permit<law::Capture> permit);
    /// Never blocks on the disk for long: over its bound packets are dropped and a gap is recorded.
    void on_packet(const media::StreamKey& stream, media::PacketPtr packet);
    /// Sound of a stream, kept while its permit says that sound may be.
    void on_sound(const media::StreamKey& stream, media::SoundPtr sound);
    /// The camera went silent; recording goes on by itself with the next key frame.
    void interrupted(
        const media::StreamKey& stream, std::string_view cause, std::string_view detail
    );
    /// Closes the segment and gives the permit back; a gap with this cause begins unless `cause`
    /// is empty (the camera was removed).
    void stop(const media::StreamKey& stream, std::string_view cause, std::string_view detail);

    std::vector<StreamStatus> status() const;
    /// Waits until all that was handed over so far is durable and in the catalog (pictures of a
    /// fragment not yet complete excepted), and what was recovered at the start is sealed.
    void settle();

    /// Called when recording ended because the law's answer changed. Not under a lock.
    void on_refused(std::function<void(const media::StreamKey&, const law::Refusal&)> listener);

private:
    Recorder();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::record
