#include "rtsp_session.h"

#include <algorithm>

#include "../target.h"

namespace {

using namespace proviso;  // NOLINT(google-build-using-namespace): one program, one target

class Nobody final : public ingest::RtspEvents {
public:
    Result<ingest::SdpControl> on_described(std::string_view description) override {
        auto video = PROVISO_TRY(ingest::parse_sdp(description));
        return video.control;
    }

    void on_set_up(std::uint16_t, std::uint16_t) override {}

    void on_playing() override {}

    void on_rtp(ByteView packet) override { seen += packet.size(); }

    void on_rtcp(ByteView packet) override { seen += packet.size(); }

    std::size_t seen = 0;
};

/// Requests, and frames of RTCP; nothing that the camera says may become a line of ours.
void check_output(ByteView output) {
    auto text = as_text(output);
    while (!text.empty()) {
        auto end = text.find("\r\n\r\n");
        fuzz::expect(end != std::string_view::npos, "an unfinished message");
        auto head = text.substr(0, end);
        text.remove_prefix(end + 4);
        bool first = true;
        while (!head.empty()) {
            auto line = head.substr(0, head.find("\r\n"));
            head.remove_prefix(std::min(line.size() + 2, head.size()));
            for (auto c : line) {
                bool printable = static_cast<unsigned char>(c) >= ' ' && c != 0x7F;
                fuzz::expect(printable, "a control character in a request");
            }
            static constexpr std::array<std::string_view, 8> kKnown{
                "CSeq: ",
                "User-Agent: ",
                "Authorization: ",
                "Session: ",
                "Accept: ",
                "Transport: ",
                "Range: ",
                "RTSP/1.0 "};
            bool known =
                std::ranges::any_of(kKnown, [line](auto name) { return line.starts_with(name); });
            fuzz::expect(first || known, "a header that is not ours");
            first = false;
        }
    }
}

}  // namespace

PROVISO_FUZZ_TARGET(rtsp_session) {
    Nobody nobody;
    ingest::RtspSession session(
        {"rtsp://camera/live", !bytes.empty() && bytes[0] % 2 == 1, 5000},
        ingest::Authenticator("user", ingest::SecretText("x"), [] { return 7ULL; }),
        nobody
    );
    MonoTime now(std::chrono::seconds(1));
    session.start(now);
    Bytes waiting;
    ByteView rest = bytes.empty() ? bytes : bytes.subspan(1);
    ByteView piece;
    while (fuzz::next_piece(rest, piece)) {
        waiting.insert(waiting.end(), piece.begin(), piece.end());
        auto used = session.consume(waiting, now);
        check_output(session.take_output());
        if (!used) return;
        fuzz::expect(*used <= waiting.size(), "more was used than there was");
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(*used));
        now += std::chrono::seconds(3);
        if (!session.tick(now)) return;
        check_output(session.take_output());
    }
}
