#include "server.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <unordered_map>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "session.h"

namespace proviso::camera_sim {
namespace {

/// Everything due is sent in rounds of this many seconds.
constexpr double kRound = 0.004;

double now_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

class Server {
public:
    explicit Server(const Options& options) : options_(options) {}

    Result<> open() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(options_.port);
        if (::inet_pton(AF_INET, options_.bind.c_str(), &address.sin_addr) != 1) {
            return invalid_input("--bind wants an IPv4 address");
        }
        listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        int on = 1;
        ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_.get(), plain, sizeof(address)) != 0 ||
            ::listen(listener_.get(), 4096) != 0) {
            return errno_error("listen for viewers", errno);
        }
        socklen_t size = sizeof(address);
        ::getsockname(listener_.get(), plain, &size);
        port_ = ntohs(address.sin_port);
        PROVISO_TRY(open_udp(address));
        epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
        watch(EPOLL_CTL_ADD, listener_.get(), false);
        return {};
    }

    std::uint16_t port() const { return port_; }

    void run(const std::atomic<bool>& stop) {
        auto next_round = now_seconds();
        std::array<epoll_event, 256> events{};
        while (!stop) {
            auto wait = static_cast<int>((next_round - now_seconds()) * 1000 + 0.999);
            auto count =
                ::epoll_wait(epoll_.get(), events.data(), events.size(), std::max(0, wait));
            auto now = now_seconds();
            for (int i = 0; i < count; ++i) on_event(events[static_cast<std::size_t>(i)], now);
            now = now_seconds();
            if (now < next_round) continue;
            next_round = now + kRound;
            std::erase_if(sessions_, [&](auto& entry) {
                auto& session = *entry.second;
                if (!session.playing()) return false;
                bool wanted = session.wants_to_write();
                if (!session.play(now, udp_rtp_.get(), udp_rtcp_.get())) return true;
                if (!wanted && session.wants_to_write()) watch(EPOLL_CTL_MOD, entry.first, true);
                return false;
            });
        }
    }

private:
    /// Two neighbouring ports that all viewers share.
    Result<> open_udp(sockaddr_in address) {
        for (int i = 0; i < 64; ++i) {
            udp_rtp_.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            udp_rtcp_.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            address.sin_port = 0;
            socklen_t size = sizeof(address);
            auto* plain = reinterpret_cast<sockaddr*>(&address);
            if (::bind(udp_rtp_.get(), plain, size) != 0) continue;
            ::getsockname(udp_rtp_.get(), plain, &size);
            udp_port_ = ntohs(address.sin_port);
            address.sin_port = htons(static_cast<std::uint16_t>(udp_port_ + 1));
            if (::bind(udp_rtcp_.get(), plain, size) != 0) continue;
            int room = 8 << 20;
            ::setsockopt(udp_rtp_.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
            return {};
        }
        return errno_error("find two free UDP ports", errno);
    }

    void watch(int what, int fd, bool write) {
        epoll_event event{};
        event.events = EPOLLIN | (write ? EPOLLOUT : 0U);
        event.data.fd = fd;
        ::epoll_ctl(epoll_.get(), what, fd, &event);
    }

    void on_event(const epoll_event& event, double now) {
        if (event.data.fd == listener_.get()) return accept_viewers();
        auto at = sessions_.find(event.data.fd);
        if (at == sessions_.end()) return;
        auto& session = *at->second;
        bool good = true;
        if ((event.events & EPOLLOUT) != 0) good = session.flush();
        if (good && (event.events & ~std::uint32_t{EPOLLOUT}) != 0) {
            good = session.read(now, udp_port_);
        }
        if (!good) {
            sessions_.erase(at);
        } else {
            watch(EPOLL_CTL_MOD, session.fd(), session.wants_to_write());
        }
    }

    void accept_viewers() {
        for (;;) {
            sockaddr_in peer{};
            socklen_t size = sizeof(peer);
            UniqueFd fd(::accept4(
                listener_.get(),
                reinterpret_cast<sockaddr*>(&peer),
                &size,
                SOCK_NONBLOCK | SOCK_CLOEXEC
            ));
            if (!fd.valid()) return;
            int on = 1;
            ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            auto number = fd.get();
            watch(EPOLL_CTL_ADD, number, false);
            sessions_[number] =
                std::make_unique<Session>(options_, clocks_, std::move(fd), peer, next_session_++);
        }
    }

    const Options& options_;
    UniqueFd listener_;
    UniqueFd udp_rtp_;
    UniqueFd udp_rtcp_;
    UniqueFd epoll_;
    std::uint16_t port_ = 0;
    std::uint16_t udp_port_ = 0;
    std::uint64_t next_session_ = 1;
    CameraClocks clocks_;
    std::unordered_map<int, std::unique_ptr<Session>> sessions_;
};

}  // namespace

Result<> serve(const Options& options, const std::atomic<bool>& stop) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    Server server(options);
    PROVISO_TRY(server.open());
    fmt::print("listening on {}:{}\n", options.bind, server.port());
    std::fflush(stdout);
    server.run(stop);
    return {};
}

}  // namespace proviso::camera_sim
