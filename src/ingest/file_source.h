#pragma once

#include "stream_source.h"

struct AVFormatContext;
struct AVPacket;

namespace proviso::ingest {

/// A file as a camera: read through libavformat at the pace it was recorded, again and again.
/// The only place where libavformat reads anything, in a worker of its own.
class FileSource final : public StreamSource {
public:
    FileSource(std::uint32_t stream, std::string path, bool sound, SourceHost& host);
    ~FileSource() override;

    void want_sound(bool wanted) override { sound_wanted_ = wanted; }

private:
    Result<> open(MonoTime now) override;
    void close() override;
    Result<MonoTime> run(MonoTime now) override;
    Result<> on_ready(std::uint8_t role, MonoTime now) override;

    SoundReport sound_report() const override;

    Result<bool> read_next();
    void hand_on(MonoTime now);
    Result<> open_file();

    const std::string path_;
    bool sound_wanted_ = false;
    AVFormatContext* format_ = nullptr;
    AVPacket* packet_ = nullptr;
    int track_ = -1;
    std::size_t length_size_ = 0;  // of the units in the file; 0: start codes
    std::unique_ptr<AccessUnitBuilder> builder_;
    MonoTime now_;
    MonoTime started_;
    std::int64_t offset_ = 0;    // of this round in the endless stream, 90 kHz
    std::int64_t next_dts_ = 0;  // of the packet that waits for its time
    std::int64_t next_pts_ = 0;
    std::int64_t last_dts_ = 0;
    std::int64_t first_dts_ = 0;
    std::int64_t duration_ = 3600;
    bool any_in_round_ = false;
};

}  // namespace proviso::ingest
