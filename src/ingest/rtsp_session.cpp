#include "rtsp_session.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "text.h"

namespace proviso::ingest {
namespace {

/// Frames of higher channels are none: nobody sets up so many tracks.
constexpr int kChannels = 16;

}  // namespace

RtspSession::RtspSession(Options options, Authenticator authenticator, RtspEvents& events)
    : options_(std::move(options)),
      authenticator_(std::move(authenticator)),
      events_(events),
      base_url_(options_.url) {}

void RtspSession::start(MonoTime now) { send(Step::Options, now); }

std::string_view RtspSession::method(Step step) const {
    switch (step) {
        case Step::Options: return "OPTIONS";
        case Step::Describe: return "DESCRIBE";
        case Step::Setup: return "SETUP";
        case Step::Play: return "PLAY";
        case Step::KeepAlive: return get_parameter_ ? "GET_PARAMETER" : "OPTIONS";
    }
    return "OPTIONS";
}

std::string RtspSession::request_url(Step step) const {
    switch (step) {
        case Step::Options:
        case Step::Describe: return options_.url;
        case Step::Setup: return track_url_;
        case Step::Play:
        case Step::KeepAlive: return base_url_;
    }
    return options_.url;
}

void RtspSession::send(Step step, MonoTime now, int sign_ins) {
    waiting_ = Request{step, next_number_++, now, sign_ins};
    auto url = request_url(step);
    auto name = method(step);
    auto text = fmt::format(
        "{} {} RTSP/1.0\r\nCSeq: {}\r\nUser-Agent: proviso/" PROVISO_VERSION "\r\n",
        name,
        url,
        waiting_->number
    );
    text += authenticator_.authorize(name, url);
    if (!session_id_.empty()) text += fmt::format("Session: {}\r\n", session_id_);
    if (step == Step::Describe) text += "Accept: application/sdp\r\n";
    if (step == Step::Setup) {
        text += options_.udp ? fmt::format(
                                   "Transport: RTP/AVP;unicast;client_port={}-{}\r\n",
                                   options_.client_rtp,
                                   options_.client_rtp + 1
                               )
                             : "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
    }
    if (step == Step::Play) text += "Range: npt=0.000-\r\n";
    ByteWriter(output_).text(text).text("\r\n");
}

void RtspSession::answer(const RtspMessage& request) {
    auto number = request.header("CSeq").value_or("0");
    bool known = request.reason == "OPTIONS" || request.reason == "GET_PARAMETER" ||
                 request.reason == "SET_PARAMETER";
    ByteWriter(output_).text(fmt::format(
        "RTSP/1.0 {}\r\nCSeq: {}\r\n\r\n",
        known ? "200 OK" : "501 Not Implemented",
        printable(number, 20)
    ));
}

Result<std::size_t> RtspSession::consume(ByteView bytes, MonoTime now) {
    const auto whole = bytes.size();
    while (!bytes.empty()) {
        std::size_t size = 0;
        if (bytes[0] == '$') {
            if (bytes.size() < 4) break;
            size = 4 + (std::size_t{bytes[2]} << 8U | bytes[3]);
        }
        if (bytes[0] == '$' && bytes[1] < kChannels) {
            if (bytes.size() < size) break;
            on_frame(bytes[1], bytes.subspan(4, size - 4));
            bytes = bytes.subspan(size);
        } else if (begins_message(as_text(bytes))) {
            auto parsed = PROVISO_TRY(parse_rtsp(bytes).while_doing("read the camera's answer"));
            if (!parsed) break;
            bytes = bytes.subspan(parsed->size);
            if (parsed->message.status == 0) {
                answer(parsed->message);
            } else {
                PROVISO_TRY(on_response(parsed->message, now));
            }
        } else {
            bytes = bytes.subspan(PROVISO_TRY(pass_over_garbage(as_text(bytes))));
        }
    }
    return whole - bytes.size();
}

void RtspSession::on_frame(int channel, ByteView packet) {
    if (packet.size() < 2 || (channel != rtp_channel_ && channel != rtcp_channel_)) return;
    garbage_ = 0;
    // By type and not by channel (RFC 5761): some cameras swap the two.
    if (packet[1] >= 200 && packet[1] <= 206) {
        events_.on_rtcp(packet);
    } else {
        events_.on_rtp(packet);
    }
}

/// While pictures flow, only what looks like a message is given to the parser, whose errors end
/// the session.
bool RtspSession::begins_message(std::string_view text) const {
    if (!playing_) return true;
    static constexpr std::array<std::string_view, 8> kBeginnings{
        "RTSP/",
        "OPTIONS ",
        "GET_PARAMETER ",
        "SET_PARAMETER ",
        "ANNOUNCE ",
        "TEARDOWN ",
        "REDIRECT ",
        "PLAY_NOTIFY "};
    return std::ranges::any_of(kBeginnings, [text](std::string_view beginning) {
        return text.substr(0, beginning.size()) == beginning.substr(0, text.size());
    });
}

/// Some cameras leave scraps between frames.
Result<std::size_t> RtspSession::pass_over_garbage(std::string_view text) {
    auto size = std::min(text.find_first_of("$R", 1), text.size());
    garbage_ += size;
    if (garbage_ > kMaxGarbage) {
        return invalid_input(
            "the camera sends something that is not RTSP", "restart the camera, or update it"
        );
    }
    return size;
}

Result<> RtspSession::tick(MonoTime now) {
    if (waiting_ && now - waiting_->sent > kAnswerTimeout) {
        return Error(
            ErrorKind::Timeout,
            fmt::format("the camera does not answer {} within 10 s", method(waiting_->step)),
            "restart the camera, or see whether it has too many viewers"
        );
    }
    if (playing_ && !waiting_ && now >= next_keep_alive_) {
        next_keep_alive_ = now + keep_alive_every_;
        send(Step::KeepAlive, now);
    }
    return {};
}

void RtspSession::tear_down() {
    if (session_id_.empty()) return;
    auto text = fmt::format(
        "TEARDOWN {} RTSP/1.0\r\nCSeq: {}\r\nSession: {}\r\n",
        base_url_,
        next_number_++,
        session_id_
    );
    text += authenticator_.authorize("TEARDOWN", base_url_);
    ByteWriter(output_).text(text).text("\r\n");
}

void RtspSession::send_rtcp(ByteView packet) {
    ByteWriter(output_)
        .u8('$')
        .u8(static_cast<std::uint8_t>(rtcp_channel_))
        .u16(static_cast<std::uint16_t>(packet.size()))
        .bytes(packet);
}

}  // namespace proviso::ingest
