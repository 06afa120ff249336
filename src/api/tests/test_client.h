#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/base/unique_fd.h>

struct ssl_st;

namespace proviso::api {

struct Reply {
    int status = 0;                              ///< 0: the connection ended without an answer
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    Json json() const;
    /// error.kind, or empty.
    std::string kind() const;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One blocking connection that speaks HTTP and WebSocket by hand, so that it can also speak them
/// wrongly. Waits at most ten seconds for anything.
class TestClient {
public:
    explicit TestClient(std::uint16_t port, bool tls = false);
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;
    ~TestClient();

    /// "TLSv1.3"; empty if the handshake failed or there is none.
    std::string tls_version() const;

    void send(std::string_view bytes);
    /// The head and, unless the answer is endless, the body.
    Reply receive(bool head_only = false);
    Reply request(
        std::string_view method,
        std::string_view target,
        const Headers& headers = {},
        std::string_view body = {}
    );
    /// The next chunk of an endless answer; nothing at its end.
    std::optional<std::string> chunk();
    /// True if the server has ended the connection (or does so now).
    bool ended();

    struct Frame {
        int opcode = 0;  ///< 1 text, 2 binary, 8 close
        std::string payload;

        int close_code() const;
    };

    /// Answers pings on its own.
    std::optional<Frame> frame();
    void send_frame(int opcode, std::string_view payload);

    std::uint16_t port() const { return port_; }

private:
    bool fill();
    std::optional<std::string> line();
    std::optional<std::string> exactly(std::size_t size);

    std::uint16_t port_;
    UniqueFd socket_;
    ssl_st* tls_ = nullptr;
    std::string in_;
};

}  // namespace proviso::api
