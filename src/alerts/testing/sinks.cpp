#include "proviso/alerts/sinks.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace proviso::alerts {

namespace {

constexpr std::chrono::seconds kPatience{10};

UniqueFd listen_on(std::uint16_t port, std::uint16_t& bound) {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    int yes = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    if (::bind(fd.get(), generic, size) != 0 || ::listen(fd.get(), 16) != 0 ||
        ::getsockname(fd.get(), generic, &size) != 0) {
        throw std::runtime_error("no loopback port");
    }
    bound = ntohs(address.sin_port);
    return fd;
}

}  // namespace

LoopbackServer::LoopbackServer(std::uint16_t port) : listening_(listen_on(port, port_)) {}

LoopbackServer::~LoopbackServer() { stop(); }

std::uint16_t LoopbackServer::free_port() {
    std::uint16_t port = 0;
    listen_on(0, port);
    return port;
}

void LoopbackServer::start() {
    worker_ = Worker("sink", [this](const std::stop_token& stopping) {
        while (!stopping.stop_requested()) {
            pollfd ready{listening_.get(), POLLIN, 0};
            if (::poll(&ready, 1, 50) != 1) continue;
            UniqueFd client(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (client.get() < 0) continue;
            timeval patience{5, 0};
            ::setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
            talk(client.get());
        }
    });
}

void LoopbackServer::stop() { worker_.stop(); }

std::string LoopbackServer::line(int socket) {
    std::string text;
    char c = 0;
    while (::recv(socket, &c, 1, 0) == 1) {
        text += c;
        if (c == '\n') break;
    }
    return text;
}

std::string LoopbackServer::exactly(int socket, std::size_t size) {
    std::string text(size, '\0');
    std::size_t have = 0;
    while (have < size) {
        auto got = ::recv(socket, text.data() + have, size - have, 0);
        if (got <= 0) break;
        have += static_cast<std::size_t>(got);
    }
    text.resize(have);
    return text;
}

void LoopbackServer::say(int socket, std::string_view text) {
    ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

std::string Posted::header(std::string_view name) const {
    for (const auto& one : headers) {
        if (one.starts_with(std::string(name) + ": ")) return one.substr(name.size() + 2);
    }
    return {};
}

HttpSink::HttpSink(std::vector<int> statuses, std::uint16_t port)
    : LoopbackServer(port), statuses_(std::move(statuses)) {
    start();
}

void HttpSink::talk(int socket) {
    Posted posted;
    if (!line(socket).starts_with("POST ")) return;
    std::size_t length = 0;
    while (true) {
        auto header = line(socket);
        while (!header.empty() && (header.back() == '\n' || header.back() == '\r')) {
            header.pop_back();
        }
        if (header.empty()) break;
        if (header.starts_with("Content-Length: ")) length = std::stoul(header.substr(16));
        posted.headers.push_back(std::move(header));
    }
    posted.body = exactly(socket, length);
    int status = 0;
    {
        std::lock_guard lock(mutex_);
        status = statuses_[std::min(posted_.size(), statuses_.size() - 1)];
        posted_.push_back(std::move(posted));
    }
    say(socket,
        "HTTP/1.1 " + std::to_string(status) +
            " x\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:1/\r\nConnection: "
            "close\r\n\r\n");
    came_.notify_all();
}

std::vector<Posted> HttpSink::wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, kPatience, [&] { return posted_.size() >= count; });
    return posted_;
}

MailSink::MailSink(std::string refuse, int times) : refuse_(std::move(refuse)), refusals_(times) {
    start();
}

void MailSink::talk(int socket) {
    ++sessions_;
    say(socket, "220 sink ESMTP\r\n");
    Mailed mailed;
    while (true) {
        auto command = line(socket);
        if (command.empty()) return;
        if (command.starts_with("EHLO")) {
            say(socket, "250-sink\r\n250 8BITMIME\r\n");
        } else if (command.starts_with("MAIL FROM:")) {
            mailed.from = command.substr(10, command.find_last_of('>') - 9);
            say(socket, "250 ok\r\n");
        } else if (command.starts_with("RCPT TO:")) {
            if (refusals_ > 0) {
                --refusals_;
                say(socket, refuse_ + "\r\n");
                continue;
            }
            mailed.to.push_back(command.substr(8, command.find_last_of('>') - 7));
            say(socket, "250 ok\r\n");
        } else if (command.starts_with("DATA")) {
            say(socket, "354 go on\r\n");
            for (auto text = line(socket); !text.empty() && text != ".\r\n"; text = line(socket)) {
                mailed.data += text;
            }
            {
                std::lock_guard lock(mutex_);
                mailed_.push_back(mailed);
            }
            came_.notify_all();
            say(socket, "250 taken\r\n");
        } else if (command.starts_with("QUIT")) {
            say(socket, "221 bye\r\n");
            return;
        } else {
            say(socket, "250 ok\r\n");
        }
    }
}

std::vector<Mailed> MailSink::wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, kPatience, [&] { return mailed_.size() >= count; });
    return mailed_;
}

bool eventually(const std::function<bool()>& holds) {
    auto end = std::chrono::steady_clock::now() + kPatience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

}  // namespace proviso::alerts
