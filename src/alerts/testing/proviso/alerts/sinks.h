#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <proviso/base/unique_fd.h>
#include <proviso/base/worker.h>

namespace proviso::alerts {

/// A real server on a loopback port that speaks with one client at a time.
class LoopbackServer {
public:
    explicit LoopbackServer(std::uint16_t port = 0);
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;
    virtual ~LoopbackServer();

    std::uint16_t port() const { return port_; }

    /// A port that nobody listens on right now.
    static std::uint16_t free_port();

protected:
    virtual void talk(int socket) = 0;
    void start();
    void stop();
    /// Up to and with the next line break; empty at the end.
    static std::string line(int socket);
    static std::string exactly(int socket, std::size_t size);
    static void say(int socket, std::string_view text);

private:
    std::uint16_t port_ = 0;
    UniqueFd listening_;
    Worker worker_;
};

struct Posted {
    std::vector<std::string> headers;
    std::string body;

    std::string header(std::string_view name) const;
};

/// Takes POST requests and answers with the statuses it was told, the last one for ever.
class HttpSink final : public LoopbackServer {
public:
    explicit HttpSink(std::vector<int> statuses = {204}, std::uint16_t port = 0);

    ~HttpSink() override { stop(); }

    /// Waits for at least `count` requests.
    std::vector<Posted> wait_for(std::size_t count);

private:
    void talk(int socket) override;

    const std::vector<int> statuses_;
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<Posted> posted_;
};

struct Mailed {
    std::string from;
    std::vector<std::string> to;
    std::string data;
};

/// Takes mail; `refuse` is what it says to RCPT instead of 250, for as often as told.
class MailSink final : public LoopbackServer {
public:
    explicit MailSink(std::string refuse = {}, int times = 0);

    ~MailSink() override { stop(); }

    std::vector<Mailed> wait_for(std::size_t count);

    int sessions() const { return sessions_; }

private:
    void talk(int socket) override;

    const std::string refuse_;
    std::atomic<int> refusals_;
    std::atomic<int> sessions_{0};
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<Mailed> mailed_;
};

/// Tries for up to ten seconds.
bool eventually(const std::function<bool()>& holds);

}  // namespace proviso::alerts
