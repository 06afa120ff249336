#pragma once

#include <optional>
#include <string>

#include <proviso/media/packet.h>
#include <proviso/media/sound.h>

namespace proviso::ingest {

/// A short text that nobody else may see: wiped when it goes. Move-only.
class SecretText {
public:
    SecretText() = default;
    explicit SecretText(std::string_view text);
    SecretText(SecretText&& other) noexcept;
    SecretText& operator=(SecretText&& other) noexcept;
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;
    ~SecretText();

    std::string_view view() const {
        return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
    }

    bool empty() const { return bytes_.empty(); }

    SecretText copy() const { return SecretText(view()); }

private:
    void wipe();

    Bytes bytes_;
};

enum class Transport : std::uint8_t { Tcp, Udp };

/// Where the pictures of one stream come from.
struct SourceSpec {
    media::StreamKey stream;
    /// rtsp://, rtsps:// or file:///path (which loops in real time). Credentials in the URL are
    /// taken when `user` is empty.
    std::string url;
    std::string user;
    SecretText password;
    Transport transport = Transport::Tcp;
    /// rtsps only: the SHA-256 of the camera's certificate in hexadecimal. If given, that
    /// certificate and no other is accepted; else it must be signed by a known authority.
    std::string certificate_sha256;
    /// rtsps only: accept whatever certificate is shown. Protects from listeners, not from
    /// impostors.
    bool accept_any_certificate = false;
    /// Sound is to be read, too. Without it the sound track is never set up.
    bool sound = false;
};

/// A URL as it may be shown, and the credentials that stood in it.
struct SplitUrl {
    std::string url;  ///< without credentials
    std::string user;
    SecretText password;
};

/// Takes the credentials out of a source URL. InvalidInput, which never repeats the URL, unless
/// it is one of the three kinds with a sensible host, port and path.
Result<SplitUrl> split_url(std::string_view url);

enum class SourceState : std::uint8_t {
    Connecting,  ///< asking the camera
    Playing,     ///< pictures arrive
    Waiting,     ///< failed; tries again after a pause that doubles up to 15 s
    Stopped,
};

std::string_view to_string(SourceState state);

enum class SoundState : std::uint8_t {
    Off,         ///< not asked for: its track is not set up
    Connecting,  ///< asking the camera, or waiting for its pictures
    Playing,     ///< sound arrives
    Waiting,     ///< there is none, and `sound_words` say why; it is asked for again
};

struct SourceStatus {
    media::StreamKey stream;
    SourceState state = SourceState::Connecting;
    /// Why it is not playing, in words for a person, without credentials; empty while it plays.
    std::string cause;
    double frames_per_second = 0;  ///< over the last second or so
    std::int64_t bits_per_second = 0;
    std::uint64_t packets = 0;     ///< pictures handed on since start()
    std::uint64_t lost = 0;        ///< RTP packets that never arrived
    std::uint64_t dropped = 0;     ///< pictures dropped here because the house was too slow
    std::uint64_t reconnects = 0;  ///< times the stream had to be opened again
    std::optional<media::Codec> codec;
    int width = 0;
    int height = 0;
    std::optional<Timestamp> last_packet;
    /// How far the camera's clock is ahead of this machine's, by its last sender report.
    std::optional<microseconds> camera_clock_ahead;
    SoundState sound = SoundState::Off;
    /// Why no sound arrives although it is wanted, in words for a person.
    std::string sound_words;
};

}  // namespace proviso::ingest
