#include "test_client.h"

#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace proviso::api {

namespace {

std::string lower(std::string text) {
    for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace

Json Reply::json() const {
    auto parsed = parse_json(body);
    return parsed ? *parsed : Json();
}

std::string Reply::kind() const {
    auto document = json();
    if (!document.is_object() || !document.contains("error")) return {};
    return document["error"].value("kind", "");
}

TestClient::TestClient(std::uint16_t port, bool tls)
    : port_(port), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    timeval patience{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API's own way.
    if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        socket_.reset();
    }
    if (!tls) return;
    auto* context = SSL_CTX_new(TLS_client_method());
    tls_ = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(tls_, socket_.get());
    SSL_connect(tls_);
}

TestClient::~TestClient() { SSL_free(tls_); }

std::string TestClient::tls_version() const {
    return tls_ != nullptr && SSL_is_init_finished(tls_) != 0 ? SSL_get_version(tls_) : "";
}

void TestClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        auto sent = tls_ != nullptr
                        ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                        : ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool TestClient::fill() {
    std::array<char, 65536> buffer{};
    auto size = tls_ != nullptr ? SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()))
                                : ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    in_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

std::optional<std::string> TestClient::line() {
    while (in_.find("\r\n") == std::string::npos) {
        if (!fill()) return std::nullopt;
    }
    auto end = in_.find("\r\n");
    auto text = in_.substr(0, end);
    in_.erase(0, end + 2);
    return text;
}

std::optional<std::string> TestClient::exactly(std::size_t size) {
    while (in_.size() < size) {
        if (!fill()) return std::nullopt;
    }
    auto bytes = in_.substr(0, size);
    in_.erase(0, size);
    return bytes;
}

std::optional<std::string> TestClient::chunk() {
    auto size = line();
    if (!size) return std::nullopt;
    auto bytes = exactly(std::stoul(*size, nullptr, 16));
    line();
    if (!bytes || bytes->empty()) return std::nullopt;
    return bytes;
}

Reply TestClient::receive(bool head_only) {
    Reply reply;
    auto status = line();
    if (!status || status->size() < 12) return reply;
    reply.status = std::stoi(status->substr(9, 3));
    while (auto header = line()) {
        if (header->empty()) break;
        auto colon = header->find(": ");
        reply.headers[lower(header->substr(0, colon))] = header->substr(colon + 2);
    }
    if (reply.status == 100) return receive(head_only);
    bool endless = reply.headers["content-type"] == "text/event-stream";
    if (head_only || endless || reply.status == 101 || reply.status == 204 || reply.status == 304) {
        return reply;
    }
    if (reply.headers.contains("content-length")) {
        auto body = exactly(std::stoul(reply.headers["content-length"]));
        if (!body) return {};
        reply.body = *body;
    } else if (reply.headers.contains("transfer-encoding")) {
        while (auto piece = chunk()) reply.body += *piece;
    }
    return reply;
}

Reply TestClient::request(
    std::string_view method, std::string_view target, const Headers& headers, std::string_view body
) {
    auto text = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", method, target, port_);
    for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
    if (!body.empty()) text += fmt::format("Content-Length: {}\r\n", body.size());
    send(text + "\r\n" + std::string(body));
    return receive(method == "HEAD");
}

bool TestClient::ended() {
    errno = 0;
    while (fill()) {
    }
    return errno != EAGAIN && errno != EWOULDBLOCK;
}

int TestClient::Frame::close_code() const {
    if (opcode != 8 || payload.size() < 2) return 0;
    return static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
}

std::optional<TestClient::Frame> TestClient::frame() {
    auto head = exactly(2);
    if (!head) return std::nullopt;
    Frame frame;
    frame.opcode = static_cast<unsigned char>((*head)[0]) & 0x0F;
    std::size_t size = static_cast<unsigned char>((*head)[1]) & 0x7F;
    int more = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (more > 0) {
        auto extended = exactly(static_cast<std::size_t>(more));
        if (!extended) return std::nullopt;
        size = 0;
        for (char c : *extended) size = size * 256 + static_cast<unsigned char>(c);
    }
    auto payload = exactly(size);
    if (!payload) return std::nullopt;
    frame.payload = *payload;
    if (frame.opcode == 9) {
        send_frame(10, frame.payload);
        return this->frame();
    }
    return frame;
}

void TestClient::send_frame(int opcode, std::string_view payload) {
    std::string bytes;
    bytes += static_cast<char>(0x80 | opcode);
    if (payload.size() < 126) {
        bytes += static_cast<char>(0x80 | payload.size());
    } else {
        bytes += static_cast<char>(0x80 | 126);
        bytes += static_cast<char>(payload.size() >> 8U);
        bytes += static_cast<char>(payload.size() & 0xFFU);
    }
    // A mask of zeros leaves the payload as it is.
    bytes.append(4, '\0');
    send(bytes + std::string(payload));
}

}  // namespace proviso::api
