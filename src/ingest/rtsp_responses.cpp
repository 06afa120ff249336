#include <algorithm>

#include <fmt/format.h>

#include "rtsp_session.h"
#include "rtsp_words.h"
#include "text.h"

namespace proviso::ingest {
namespace {

constexpr int kMaxSignIns = 2;

Error refused(int status, std::string_view reason) {
    switch (status) {
        case 403:
            return {
                ErrorKind::Forbidden,
                "the camera forbids this stream (403)",
                "give the camera's user the right to view live video"};
        case 404:
            return {
                ErrorKind::NotFound,
                "the camera has no stream at this address (404)",
                "check the path of the address in the camera's documentation"};
        case 453:
        case 503:
            return {
                ErrorKind::Unavailable,
                fmt::format("the camera has no capacity for one more viewer ({})", status),
                "disconnect other viewers of the camera"};
        case 461:
            return {
                ErrorKind::InvalidInput,
                "the camera does not offer this transport (461)",
                "set the transport of the camera to the other of tcp and udp"};
        default: break;
    }
    if (status >= 300 && status < 400) {
        return {
            ErrorKind::InvalidInput,
            fmt::format("the camera redirects to another address ({})", status),
            "enter the address it redirects to; redirects are not followed"};
    }
    return {
        status >= 500 ? ErrorKind::Unavailable : ErrorKind::InvalidInput,
        fmt::format("the camera refuses: {} {}", status, reason),
        "see what the camera's log says"};
}

}  // namespace

Result<> RtspSession::on_response(const RtspMessage& response, MonoTime now) {
    auto number = response.header("CSeq");
    // Answers to a TEARDOWN or to what was given up, and those of cameras that miscount: only a
    // number that is there and differs is passed over.
    if (!waiting_ || (number && to_number<std::uint32_t>(trim(*number)) != waiting_->number)) {
        return {};
    }
    auto request = *waiting_;
    waiting_.reset();
    if (response.status == 401) return on_unauthorized(response, request, now);
    bool good = response.status >= 200 && response.status < 300;
    switch (request.step) {
        case Step::Options:
            // Nothing hangs on it; cameras that refuse it may still play.
            if (auto methods = response.header("Public")) {
                get_parameter_ = methods->find("GET_PARAMETER") != std::string_view::npos;
            }
            send(Step::Describe, now);
            return {};
        case Step::KeepAlive:
            if (!good) get_parameter_ = false;
            return {};
        case Step::Describe: return good ? on_described(response, now) : refuse(response);
        case Step::Setup: return good ? on_set_up(response, now) : refuse(response);
        case Step::Play:
            if (!good) return refuse(response);
            playing_ = true;
            next_keep_alive_ = now + keep_alive_every_;
            events_.on_playing();
            return {};
    }
    return {};
}

Result<> RtspSession::refuse(const RtspMessage& response) {
    return refused(response.status, response.reason);
}

Result<> RtspSession::on_unauthorized(
    const RtspMessage& response, const Request& request, MonoTime now
) {
    if (!authenticator_.has_credentials()) {
        return Error(
            ErrorKind::Unauthorized,
            "the camera wants a user name and a password (401)",
            "add them to the camera's settings here"
        );
    }
    PROVISO_TRY(authenticator_.accept(response));
    // A new nonce may only mean that the old one expired, so there is one more try.
    auto allowed = authenticator_.fresh_nonce() ? kMaxSignIns : 1;
    if (request.sign_ins >= allowed) {
        return Error(
            ErrorKind::Unauthorized,
            "the camera refuses the user name or the password (401)",
            "correct them in the camera's settings here"
        );
    }
    send(request.step, now, request.sign_ins + 1);
    return {};
}

Result<> RtspSession::on_described(const RtspMessage& response, MonoTime now) {
    auto control =
        PROVISO_TRY(events_.on_described(response.body).while_doing("read the stream's description")
        );
    auto base = response.header("Content-Base");
    if (!base || base->empty()) base = response.header("Content-Location");
    if (base && base->find("://") != std::string_view::npos) base_url_ = without_credentials(*base);
    track_url_ = resolve_control(base_url_, control.track);
    base_url_ = resolve_control(base_url_, control.session);
    if (!is_clean_url(base_url_) || !is_clean_url(track_url_)) {
        return invalid_input("the camera names a track that is not a URL", "update its firmware");
    }
    send(Step::Setup, now);
    return {};
}

Result<> RtspSession::on_set_up(const RtspMessage& response, MonoTime now) {
    if (auto session = response.header("Session")) {
        auto parts = *session;
        auto id = trim(take_until(parts, ';'));
        if (id.empty() || id.size() > 256 || !is_clean_url(id)) {
            return invalid_input("the camera's session id is not valid", "update its firmware");
        }
        session_id_ = id;
        if (auto timeout = to_number<int>(header_field(*session, "timeout").value_or(""))) {
            keep_alive_every_ = std::chrono::seconds(std::clamp(*timeout / 2, 1, 30));
        }
    }
    auto transport = response.header("Transport").value_or("");
    std::pair<std::uint16_t, std::uint16_t> ports{0, 0};
    if (options_.udp) {
        ports = number_pair<std::uint16_t>(header_field(transport, "server_port")).value_or(ports);
    } else if (auto channels = number_pair<std::uint8_t>(header_field(transport, "interleaved"))) {
        rtp_channel_ = channels->first;
        rtcp_channel_ = channels->second;
    } else if (!transport.empty() && transport.find("TCP") == std::string_view::npos) {
        return refused(461, "");
    }
    events_.on_set_up(ports.first, ports.second);
    send(Step::Play, now);
    return {};
}

}  // namespace proviso::ingest
