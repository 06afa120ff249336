#include "session.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/socket.h>

namespace proviso::camera_sim {
namespace {

/// A viewer that is so far behind loses frames up to the next key frame.
constexpr std::size_t kMaxBacklog = 4U << 20U;
constexpr std::size_t kMaxRequest = 65'536;
constexpr double kReportEvery = 5;
constexpr const char* kRealm = "camera";

void put16(std::uint8_t* at, std::size_t value) {
    at[0] = static_cast<std::uint8_t>(value >> 8U);
    at[1] = static_cast<std::uint8_t>(value);
}

void put32(std::uint8_t* at, std::uint32_t value) {
    put16(at, value >> 16U);
    put16(at + 2, value & 0xFFFFU);
}

/// The value of a header, by its lower-case name with a colon.
std::string_view header(std::string_view request, std::string_view name) {
    for (auto at = request.find("\r\n"); at != std::string_view::npos;
         at = request.find("\r\n", at + 2)) {
        auto line = request.substr(at + 2, request.find("\r\n", at + 2) - at - 2);
        if (line.size() < name.size()) continue;
        bool same = std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
            return a == (b >= 'A' && b <= 'Z' ? b + 32 : b);
        });
        if (!same) continue;
        line.remove_prefix(name.size());
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        return line;
    }
    return {};
}

unsigned number_after(std::string_view text, std::string_view mark) {
    unsigned value = 0;
    if (auto at = text.find(mark); at != std::string_view::npos) {
        at += mark.size();
        std::from_chars(text.data() + at, text.data() + text.size(), value);
    }
    return value;
}

std::string_view quoted_after(std::string_view text, std::string_view mark) {
    auto at = text.find(mark);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + mark.size());
    if (text.starts_with('"')) return text.substr(1, text.find('"', 1) - 1);
    return text.substr(0, text.find_first_of(", "));
}

std::string hash(bool sha256, std::string_view text) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(
        text.data(), text.size(), digest.data(), &size, sha256 ? EVP_sha256() : EVP_md5(), nullptr
    );
    return to_hex(ByteView(digest).first(size));
}

std::string base64(std::string_view text) {
    std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
    EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(text.data()),
        static_cast<int>(text.size())
    );
    out.pop_back();
    return out;
}

}  // namespace

Session::Session(
    const Options& options,
    CameraClocks& clocks,
    UniqueFd fd,
    sockaddr_in peer,
    std::uint64_t number
)
    : options_(options),
      clocks_(clocks),
      fd_(std::move(fd)),
      peer_(peer),
      nonce_(hash(false, fmt::format("{} {}", number, std::time(nullptr)))) {}

bool Session::read(double now, std::uint16_t udp_port) {
    if (connected_at_ < 0) connected_at_ = now;
    std::array<char, 8192> buffer{};
    auto count = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return false;
    if (count > 0) in_.append(buffer.data(), static_cast<std::size_t>(count));
    for (;;) {
        if (in_.size() >= 4 && in_[0] == '$') {  // a receiver report
            auto size = 4 + (std::size_t{static_cast<std::uint8_t>(in_[2])} << 8U |
                             static_cast<std::uint8_t>(in_[3]));
            if (in_.size() < size) return true;
            in_.erase(0, size);
            continue;
        }
        auto end = in_.find("\r\n\r\n");
        if (end == std::string::npos) return in_.size() < kMaxRequest;
        auto request = in_.substr(0, end + 2);
        in_.erase(0, end + 4);
        if (!answer(request, now, udp_port)) return false;
    }
}

bool Session::authorised(
    std::string_view request, std::string_view method, std::string& challenge
) {
    if (options_.auth == Auth::None) return true;
    auto given = header(request, "authorization:");
    bool stale = false;
    if (options_.auth == Auth::Basic) {
        if (given == "Basic " + base64(options_.user + ":" + options_.password)) return true;
        challenge = fmt::format("WWW-Authenticate: Basic realm=\"{}\"\r\n", kRealm);
        return false;
    }
    bool sha256 = options_.auth == Auth::DigestSha256;
    if (!given.empty()) {
        auto secret =
            hash(sha256, fmt::format("{}:{}:{}", options_.user, kRealm, options_.password));
        auto what = hash(sha256, fmt::format("{}:{}", method, quoted_after(given, " uri=")));
        auto expected = hash(
            sha256,
            fmt::format(
                "{}:{}:{}:{}:auth:{}",
                secret,
                nonce_,
                quoted_after(given, " nc="),
                quoted_after(given, " cnonce="),
                what
            )
        );
        bool good = quoted_after(given, " response=") == expected;
        ++signed_requests_;
        stale = good && options_.stale_every != 0 && signed_requests_ % options_.stale_every == 0;
        if (good && !stale) return true;
        if (stale) nonce_ = hash(false, nonce_);
    }
    challenge = fmt::format(
        "WWW-Authenticate: Digest realm=\"{}\", nonce=\"{}\", qop=\"auth\", algorithm={}{}\r\n",
        kRealm,
        nonce_,
        sha256 ? "SHA-256" : "MD5",
        stale ? ", stale=true" : ""
    );
    return false;
}

std::string Session::set_up(std::string_view request, std::uint16_t udp_port, std::string& status) {
    auto transport = header(request, "transport:");
    if (transport.find("RTP/AVP/TCP") != std::string_view::npos) {
        channel_ = static_cast<std::uint8_t>(number_after(transport, "interleaved="));
        return fmt::format(
            "Transport: RTP/AVP/TCP;unicast;interleaved={}-{}\r\nSession: 1;timeout=20\r\n",
            channel_,
            channel_ + 1
        );
    }
    if (auto port = number_after(transport, "client_port="); port != 0) {
        udp_ = true;
        client_rtp_ = static_cast<std::uint16_t>(port);
        return fmt::format(
            "Transport: RTP/AVP;unicast;client_port={}-{};server_port={}-{}\r\n"
            "Session: 1;timeout=20\r\n",
            port,
            port + 1,
            udp_port,
            udp_port + 1
        );
    }
    status = "461 Unsupported Transport";
    return {};
}

bool Session::answer(std::string_view request, double now, std::uint16_t udp_port) {
    auto method = request.substr(0, request.find(' '));
    auto url = request.substr(std::min(method.size() + 1, request.size()));
    url = url.substr(0, url.find(' '));
    if (!clip_) {  // rtsp://host/name/number[/track1]
        auto path = url.substr(std::min(url.find("://") + 3, url.size()));
        path.remove_prefix(std::min(path.find('/') + 1, path.size()));
        auto name = path.substr(0, path.find('/'));
        if (auto clip = options_.clips.find(std::string(name)); clip != options_.clips.end()) {
            clip_ = clip->second;
            camera_ = number_after(path, fmt::format("{}/", name));
            camera_name_ = fmt::format("{}/{}", name, camera_);
            auto covered = options_.covered.find(camera_name_);
            if (covered != options_.covered.end()) covered_ = covered->second;
        }
    }
    std::string status = "200 OK";
    std::string extra;
    std::string body;
    bool goodbye = false;
    if (method == "OPTIONS") {
        extra = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\r\n";
    } else if (!authorised(request, method, extra)) {
        status = "401 Unauthorized";
    } else if (!clip_) {
        status = "404 Not Found";
    } else if (method == "DESCRIBE") {
        body = fmt::format(
            "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
            "a=control:*\r\n{1}{2}",
            options_.bind,
            options_.sets_in_description ? clip_->media_section : clip_->media_section_without_sets,
            options_.sound && clip_->sound ? clip_->sound->media_section : ""
        );
        extra = fmt::format("Content-Type: application/sdp\r\nContent-Base: {}/\r\n", url);
    } else if (method == "SETUP") {
        bool sound = url.ends_with("/track2") && options_.sound && clip_->sound;
        if (sound) sound_ = clip_->sound.get();
        if (options_.report_setups) {
            fmt::print("set up {} {}\n", camera_name_, sound ? "track2" : "track1");
            std::fflush(stdout);
        }
        extra = set_up(request, udp_port, status);
    } else if (method == "PLAY") {
        begin_to_play(now);
        extra = "Session: 1\r\nRange: npt=now-\r\n";
    } else if (method == "TEARDOWN") {
        goodbye = true;
    } else if (method != "GET_PARAMETER") {
        status = "501 Not Implemented";
    }
    auto text =
        fmt::format("RTSP/1.0 {}\r\nCSeq: {}\r\n{}", status, header(request, "cseq:"), extra);
    if (!body.empty()) text += fmt::format("Content-Length: {}\r\n", body.size());
    text += "\r\n" + body;
    return send(as_bytes(text)) && !goodbye;
}

void Session::begin_to_play(double now) {
    // The cameras of one clip are at different places in it, as real ones would be.
    const auto& frames = clip_->frames;
    position_ = std::size_t{camera_} * 7919 % frames.size();
    while (!frames[position_].key_frame) position_ = (position_ + 1) % frames.size();
    round_ = 0;
    source_ = 0x1000000 + camera_;
    sequence_ = static_cast<std::uint16_t>(camera_ * 13);
    time_base_ = camera_ * 1000;
    playing_ = true;
    if (sound_ != nullptr) {
        begin_sound(now);
    } else {
        clocks_[camera_name_] = {now + camera_ % 40 * 0.001, frames[position_].time};
    }
    next_frame_ = now + camera_ % 40 * 0.001;
    next_report_ = now;
    next_jump_ = now + options_.jump_every;
    next_stall_ = now + options_.stall_every;
}

bool Session::send(ByteView bytes) {
    if (out_.empty()) {
        auto count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno != EAGAIN) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return true;
}

bool Session::flush() {
    while (wants_to_write()) {
        auto count = ::send(
            fd_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT
        );
        if (count < 0) return errno == EAGAIN;
        sent_ += static_cast<std::size_t>(count);
    }
    out_.clear();
    sent_ = 0;
    return true;
}

bool Session::play(double now, int udp_rtp, int udp_rtcp) {
    if (options_.drop_every > 0 && now - connected_at_ > options_.drop_every) return false;
    if (options_.stall_every > 0 && now >= next_stall_) {
        next_frame_ += options_.stall_for;
        next_stall_ = now + options_.stall_for + options_.stall_every;
    }
    if (options_.jump_every > 0 && now >= next_jump_) {
        time_base_ += 3600U * 90'000U;
        next_jump_ = now + options_.jump_every;
    }
    if (sound_ != nullptr && !play_sound(now, udp_rtp)) return false;
    while (sound_ == nullptr && next_frame_ <= now) {
        if (clip_->frames[position_].key_frame) {
            shown_ = covered_ && is_covered(now) ? covered_.get() : clip_.get();
        }
        if (!send_frame(shown_->frames[position_], 96, udp_rtp)) return false;
        if (++position_ == clip_->frames.size()) {
            position_ = 0;
            round_ += clip_->duration;
        }
        next_frame_ += static_cast<double>(clip_->step) / 90'000;
    }
    if (now >= next_report_) send_report(now, udp_rtcp);
    return true;
}

/// Both streams of a camera go by the same clock, so that they are covered together.
bool Session::is_covered(double now) const {
    if (options_.covered_now != nullptr && *options_.covered_now) return true;
    return options_.cover_every > 0 &&
           std::fmod(now, options_.cover_every) >= options_.cover_every - options_.cover_for;
}

bool Session::send_frame(const Frame& frame, int payload_type, int udp_rtp) {
    last_time_ = sound_ != nullptr ? sound_time(round_ + frame.time)
                                   : time_base_ + static_cast<std::uint32_t>(round_ + frame.time);
    bool behind = !udp_ && out_.size() - sent_ > kMaxBacklog;
    need_key_frame_ = (need_key_frame_ && !frame.key_frame) || behind;
    if (need_key_frame_) {
        sequence_ = static_cast<std::uint16_t>(sequence_ + frame.packets.size());
        return true;
    }
    scratch_ = frame.bytes;
    std::vector<std::pair<std::size_t, std::size_t>> pieces;
    for (std::size_t i = 0; i < frame.packets.size(); ++i) {
        auto begin = frame.packets[i];
        bool last = i + 1 == frame.packets.size();
        auto end = last ? scratch_.size() : frame.packets[i + 1];
        auto* at = scratch_.data() + begin;
        at[0] = '$';
        at[1] = channel_;
        put16(at + 2, end - begin - 4);
        at[4] = 0x80;
        at[5] = static_cast<std::uint8_t>((last ? 0x80 : 0) | payload_type);
        put16(at + 6, sequence_++);
        put32(at + 8, last_time_);
        put32(at + 12, source_);
        ++packets_;
        octets_ += static_cast<std::uint32_t>(end - begin - kHeaderRoom);
        if (options_.gap_every == 0 || packets_ % options_.gap_every != 0) {
            pieces.emplace_back(begin, end - begin);
        }
    }
    if (!udp_ && options_.gap_every == 0 && !options_.split_writes) return send(scratch_);
    ByteView all(scratch_);
    if (!udp_) {
        return std::ranges::all_of(pieces, [&](auto piece) {
            return send(all.subspan(piece.first, piece.second));
        });
    }
    auto to = peer_;
    to.sin_port = htons(client_rtp_);
    std::array<mmsghdr, 128> heads{};
    std::array<iovec, 128> vectors{};
    for (std::size_t at = 0; at < pieces.size();) {
        unsigned count = 0;
        for (; count < heads.size() && at < pieces.size(); ++count, ++at) {
            vectors[count] = {scratch_.data() + pieces[at].first + 4, pieces[at].second - 4};
            heads[count].msg_hdr = {};
            heads[count].msg_hdr.msg_name = &to;
            heads[count].msg_hdr.msg_namelen = sizeof(to);
            heads[count].msg_hdr.msg_iov = &vectors[count];
            heads[count].msg_hdr.msg_iovlen = 1;
        }
        ::sendmmsg(udp_rtp, heads.data(), count, MSG_DONTWAIT);
    }
    return true;
}

void Session::send_report(double now, int udp_rtcp) {
    next_report_ = now + kReportEvery;
    timespec wall{};
    ::clock_gettime(CLOCK_REALTIME, &wall);
    std::array<std::uint8_t, 32> report{};
    report[0] = '$';
    report[1] = static_cast<std::uint8_t>(channel_ + 1);
    put16(&report[2], 28);
    report[4] = 0x80;
    report[5] = 200;
    put16(&report[6], 6);
    put32(&report[8], source_);
    put32(&report[12], static_cast<std::uint32_t>(wall.tv_sec + 2'208'988'800));
    put32(&report[16], static_cast<std::uint32_t>(static_cast<double>(wall.tv_nsec) * 4.294967296));
    put32(&report[20], last_time_);
    put32(&report[24], packets_);
    put32(&report[28], octets_);
    if (!udp_) {
        send(report);
        return;
    }
    auto to = peer_;
    to.sin_port = htons(static_cast<std::uint16_t>(client_rtp_ + 1));
    ::sendto(udp_rtcp, &report[4], 28, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&to), sizeof(to));
}

}  // namespace proviso::camera_sim
