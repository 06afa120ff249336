#include <fstream>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <proviso/crypto/tls.h>

#include "harness.h"

/// Servers that are not ours, on loopback and on free ports.
namespace proviso::ingest {
namespace {

using testing::Child;
using testing::CollectingSink;
using testing::key_of;

std::string clip(media::Codec codec, int frames = 250) {
    testing::ClipOptions options;
    options.codec = codec;
    options.frames = frames;
    options.gop = 15;
    options.extension = "mp4";
    return testing::make_clip(options).string();
}

bool installed(const char* program) {
    return std::system(fmt::format("command -v {} >/dev/null 2>&1", program).c_str()) == 0;
}

/// A port that was free a moment ago, and the next one with it; even, as RTP wants it.
int free_port(int type) {
    for (int i = 0; i < 50; ++i) {
        auto bound = [type](int port) {
            UniqueFd fd(::socket(AF_INET, type, 0));
            sockaddr_in at{};
            at.sin_family = AF_INET;
            at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            at.sin_port = htons(static_cast<std::uint16_t>(port));
            socklen_t size = sizeof(at);
            auto* address = reinterpret_cast<sockaddr*>(&at);
            if (::bind(fd.get(), address, size) != 0) return 0;
            ::getsockname(fd.get(), address, &size);
            return int{ntohs(at.sin_port)};
        };
        auto even = (bound(0) + 1) / 2 * 2;
        if (even > 1 && even < 65'000 && bound(even) != 0 && bound(even + 1) != 0) return even;
    }
    return 0;
}

/// Reads `count` pictures and checks them; why not, if that fails.
std::string read_pictures(SourceSpec spec, std::size_t count, media::Codec codec) {
    CollectingSink sink;
    SystemClock clock;
    auto streams = Streams::open(testing::test_options(), sink, clock).value();
    auto key = spec.stream;
    if (auto started = streams->start(std::move(spec)); !started) return started.error().story();
    bool came = sink.wait([&] { return sink.count(key) >= count; }, std::chrono::seconds(40));
    auto cause = sink.history().empty() ? "" : sink.history().back().cause;
    streams->stop(key);
    if (!came) return fmt::format("{} pictures; {}", sink.count(key), cause);
    testing::expect_sound(sink.packets(key));
    const auto& packet = *sink.packets(key).back();
    EXPECT_EQ(packet.codec->codec, codec);
    EXPECT_EQ(packet.codec->width, 320);
    EXPECT_EQ(packet.codec->height, 180);
    std::size_t on_time = 0;
    const auto& packets = sink.packets(key);
    for (std::size_t i = 1; i < packets.size(); ++i) {
        auto step = packets[i]->dts - packets[i - 1]->dts;
        on_time += step >= 3500 && step <= 3700 ? 1 : 0;
    }
    EXPECT_GE(on_time + 5, packets.size());
    return {};
}

#ifdef PROVISO_GST_SERVER
constexpr const char* kGstServer = PROVISO_GST_SERVER;
#else
constexpr const char* kGstServer = nullptr;
#endif

#define PROVISO_NEEDS_GST()                                                                 \
    if (kGstServer == nullptr) {                                                            \
        GTEST_SKIP(                                                                         \
        ) << "gst-rtsp-server is not installed: apt install "                               \
             "libgstrtspserver-1.0-dev gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"; \
    }

TEST(GstRtspServer, IsReadInBothCodecsOverTcpAndUdp) {
    PROVISO_NEEDS_FFMPEG();
    PROVISO_NEEDS_GST();
    for (auto codec : {media::Codec::H264, media::Codec::H265}) {
        const auto* name = codec == media::Codec::H264 ? "h264" : "h265";
        for (auto transport : {Transport::Tcp, Transport::Udp}) {
            Child server({kGstServer, name, clip(codec), "none"});
            auto port = server.wait_for("port ");
            ASSERT_FALSE(port.empty());
            auto spec = testing::spec_of("gst", fmt::format("rtsp://127.0.0.1:{}/camera", port));
            spec.transport = transport;
            EXPECT_EQ(read_pictures(std::move(spec), 60, codec), "")
                << name << (transport == Transport::Tcp ? " tcp" : " udp");
        }
    }
}

TEST(GstRtspServer, IsSignedInToWithBasicAndDigest) {
    PROVISO_NEEDS_FFMPEG();
    PROVISO_NEEDS_GST();
    for (const auto* kind : {"basic", "digest"}) {
        Child server({kGstServer, "h264", clip(media::Codec::H264), kind});
        auto port = server.wait_for("port ");
        ASSERT_FALSE(port.empty());
        auto good = fmt::format("rtsp://admin:camera@127.0.0.1:{}/camera", port);
        EXPECT_EQ(read_pictures(testing::spec_of("gst", good), 30, media::Codec::H264), "") << kind;

        CollectingSink sink;
        SystemClock clock;
        auto streams = Streams::open(testing::test_options(), sink, clock).value();
        ASSERT_TRUE(streams->start(
            testing::spec_of("bad", fmt::format("rtsp://admin:wrong@127.0.0.1:{}/camera", port))
        ));
        EXPECT_TRUE(sink.wait([&] {
            return sink.state(key_of("bad")).cause.find("refuses the user name") !=
                   std::string::npos;
        })) << kind;
    }
}

TEST(GstRtspServer, IsReadOverTlsWithAPinnedCertificateOnly) {
    PROVISO_NEEDS_FFMPEG();
    PROVISO_NEEDS_GST();
    auto certificate = crypto::make_self_signed({"127.0.0.1"}, 2);
    ASSERT_TRUE(certificate);
    auto pem = media::testing::clip_folder() / "server.pem";
    std::ofstream(pem) << certificate->certificate_pem << certificate->private_key_pem;
    Child server({kGstServer, "h264", clip(media::Codec::H264), "none", pem.string()});
    auto port = server.wait_for("port ");
    ASSERT_FALSE(port.empty());
    auto url = fmt::format("rtsps://127.0.0.1:{}/camera", port);

    auto pinned = testing::spec_of("pinned", url);
    pinned.certificate_sha256 = certificate->fingerprint_sha256;
    EXPECT_EQ(read_pictures(std::move(pinned), 60, media::Codec::H264), "");
    auto any = testing::spec_of("any", url);
    any.accept_any_certificate = true;
    EXPECT_EQ(read_pictures(std::move(any), 10, media::Codec::H264), "");

    CollectingSink sink;
    SystemClock clock;
    auto streams = Streams::open(testing::test_options(), sink, clock).value();
    ASSERT_TRUE(streams->start(testing::spec_of("unknown", url)));
    auto other = testing::spec_of("other", url);
    other.certificate_sha256 = std::string(64, '0');
    ASSERT_TRUE(streams->start(std::move(other)));
    EXPECT_TRUE(sink.wait([&] {
        const auto& cause = sink.state(key_of("unknown")).cause;
        return cause.find("not trusted") != std::string::npos &&
               cause.find(certificate->fingerprint_sha256) != std::string::npos;
    }));
    EXPECT_TRUE(sink.wait([&] {
        return sink.state(key_of("other")).cause.find("another certificate") != std::string::npos;
    }));
    EXPECT_EQ(sink.count(key_of("unknown")) + sink.count(key_of("other")), 0U);
}

TEST(GstRtspServer, SendsSoundInBothFormatsOverTcpAndUdp) {
    PROVISO_NEEDS_FFMPEG();
    PROVISO_NEEDS_GST();
    for (const auto* format : {"aac", "pcmu"}) {
        for (auto transport : {Transport::Tcp, Transport::Udp}) {
            Child server({kGstServer, "h264", clip(media::Codec::H264), "none", format});
            auto port = server.wait_for("port ");
            ASSERT_FALSE(port.empty());
            auto spec = testing::spec_of("gst", fmt::format("rtsp://127.0.0.1:{}/camera", port));
            spec.transport = transport;
            spec.sound = true;
            CollectingSink sink;
            SystemClock clock;
            auto streams = Streams::open(testing::test_options(), sink, clock).value();
            ASSERT_TRUE(streams->start(std::move(spec)));
            auto key = key_of("gst");
            EXPECT_TRUE(sink.wait([&] { return sink.sounds(key).size() >= 40; }))
                << format << ": " << sink.state(key).sound_words << sink.state(key).cause;
            streams->stop(key);
            testing::expect_sound(sink.packets(key));
            const auto& sounds = sink.sounds(key);
            ASSERT_FALSE(sounds.empty());
            EXPECT_EQ(sounds[0]->format->rfc6381(), format[0] == 'a' ? "mp4a.40.2" : "ulaw");
            // One packet takes up where the one before ended, but for the pull of the clock.
            std::size_t joined = 0;
            for (std::size_t i = 1; i < sounds.size(); ++i) {
                auto end = sounds[i - 1]->pts + sounds[i - 1]->duration;
                joined += std::abs(sounds[i]->pts - end) <= sounds[i]->duration / 50 ? 1 : 0;
                EXPECT_GT(sounds[i]->data.size(), 5U);
            }
            EXPECT_GE(joined + 4, sounds.size()) << format;
        }
    }
}

TEST(GstRtspServer, SendingSoundThatIsNotRecordedIsToldAndThePicturesGoOn) {
    PROVISO_NEEDS_FFMPEG();
    PROVISO_NEEDS_GST();
    Child server({kGstServer, "h264", clip(media::Codec::H264), "none", "l16"});
    auto port = server.wait_for("port ");
    ASSERT_FALSE(port.empty());
    auto spec = testing::spec_of("gst", fmt::format("rtsp://127.0.0.1:{}/camera", port));
    spec.sound = true;
    CollectingSink sink;
    SystemClock clock;
    auto streams = Streams::open(testing::test_options(), sink, clock).value();
    ASSERT_TRUE(streams->start(std::move(spec)));
    auto key = key_of("gst");
    EXPECT_TRUE(sink.wait([&] {
        return sink.state(key).sound_words.find("the camera's sound is L16") != std::string::npos;
    })) << sink.state(key).sound_words;
    EXPECT_TRUE(sink.wait([&] { return sink.count(key) >= 50; }));
    EXPECT_TRUE(sink.sounds(key).empty());
}

TEST(RtspServerPerl, IsReadOverUdpWhileFfmpegFeedsIt) {
    PROVISO_NEEDS_FFMPEG();
    if (!installed("rtsp-server-perl")) {
        GTEST_SKIP() << "rtsp-server-perl is not installed: apt install rtsp-server-perl";
    }
    auto client_port = free_port(SOCK_STREAM);
    auto rtp_port = free_port(SOCK_DGRAM);
    Child server(
        {"rtsp-server-perl",
         "--client_listen_address=127.0.0.1",
         "--source_listen_address=127.0.0.1",
         fmt::format("--clientport={}", client_port),
         fmt::format("--serverport={}", client_port + 1),
         fmt::format("--rtp_start_port={}", rtp_port)}
    );
    Child feeder(
        {"sh",
         "-c",
         fmt::format(
             "for i in 1 2 3 4 5 6 7 8; do ffmpeg -nostdin -v quiet -re -stream_loop -1 -i '{}' -c "
             "copy -f rtsp -rtsp_transport udp rtsp://127.0.0.1:{}/camera; sleep 0.5; done",
             clip(media::Codec::H264),
             client_port + 1
         )}
    );
    auto spec = testing::spec_of("perl", fmt::format("rtsp://127.0.0.1:{}/camera", client_port));
    spec.transport = Transport::Udp;
    EXPECT_EQ(read_pictures(std::move(spec), 60, media::Codec::H264), "");
}

TEST(Vlc, IsReadInBothCodecs) {
    PROVISO_NEEDS_FFMPEG();
    if (!installed("cvlc") || !installed("setpriv")) {
        GTEST_SKIP() << "VLC is not installed: apt install vlc-bin vlc-plugin-base";
    }
    for (auto codec : {media::Codec::H264, media::Codec::H265}) {
        auto port = free_port(SOCK_STREAM);
        auto path = clip(codec);
        std::filesystem::permissions(
            std::filesystem::path(path).parent_path(), std::filesystem::perms(0755)
        );
        // VLC will not run as root.
        std::vector<std::string> command{
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
        if (::geteuid() != 0) command.clear();
        command.insert(
            command.end(),
            {"cvlc",
             "-I",
             "dummy",
             "--no-audio",
             "-q",
             "--rtsp-host=127.0.0.1",
             "--loop",
             path,
             "--sout",
             fmt::format("#rtp{{sdp=rtsp://127.0.0.1:{}/camera}}", port),
             "--sout-keep"}
        );
        Child server(command, "HOME=/tmp");
        auto spec = testing::spec_of("vlc", fmt::format("rtsp://127.0.0.1:{}/camera", port));
        spec.transport = Transport::Udp;  // it offers nothing else
        EXPECT_EQ(read_pictures(std::move(spec), 60, codec), "");
    }
}

}  // namespace
}  // namespace proviso::ingest
