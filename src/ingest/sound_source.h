#pragma once

#include "rtsp_link.h"
#include "sound_receiver.h"

namespace proviso::ingest {

/// The sound of a camera: a conversation of its own that sets up the sound track and no other. It
/// exists only while sound is wanted; what goes wrong with it is told and tried again, and never
/// touches the pictures. Not thread-safe.
class SoundSource final : private LinkEvents {
public:
    /// `url`, `spec` and `host` outlive it.
    SoundSource(
        std::uint32_t stream,
        std::uint8_t first_role,
        const SourceUrl& url,
        const SourceSpec& spec,
        SourceHost& host,
        SoundReceiver::Pictures pictures
    );
    ~SoundSource() override;

    /// Does what is due, opening it if it is not.
    void tick(MonoTime now);
    void ready(std::uint8_t role, MonoTime now);
    void resolved(std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now);
    /// Lets go until the next tick: there are no pictures now.
    void rest();

    const SoundReport& report() const { return report_; }

private:
    Result<SdpControl> on_described(std::string_view description) override;
    void on_rtp(ByteView packet, MonoTime now) override;
    bool on_rtcp(ByteView packet, MonoTime now) override;

    Result<> run(MonoTime now);
    void fail(const Error& error, MonoTime now);

    const std::uint32_t stream_;
    const bool may_reorder_;
    SourceHost& host_;
    const SoundReceiver::Pictures pictures_;
    RtspLink link_;
    std::unique_ptr<SoundReceiver> receiver_;
    Backoff backoff_;
    SoundReport report_;
    bool opened_ = false;
    MonoTime retry_at_;
    MonoTime next_report_;
    MonoTime last_sound_;
    std::uint32_t own_source_ = 0;
};

}  // namespace proviso::ingest
