#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/crypto/tls.h>

#include "test_server.h"

namespace proviso::api {
namespace {

/// The same house behind TLS with a certificate of its own.
class TlsTest : public ServerTest {
protected:
    TlsTest() {
        auto made = crypto::make_self_signed({"localhost", "127.0.0.1"}, 30);
        options.port = 0;
        options.certificate = folder.path() / "server.pem";
        options.private_key = folder.path() / "server.key";
        std::ofstream(options.certificate) << made->certificate_pem;
        std::ofstream(options.private_key) << made->private_key_pem;
        auto opened = Server::open(options, rooms());
        if (!opened) throw std::runtime_error(opened.error().story());
        secure = *std::move(opened);
        origin_ = fmt::format("https://127.0.0.1:{}", secure->port());
    }

    Reply sign_in_securely() {
        TestClient client(secure->port(), true);
        return client.request(
            "POST",
            "/api/session",
            {{"Origin", origin_}, {"Content-Type", "application/json"}},
            R"({"login":"viewer","password":"a long sentence only I know"})"
        );
    }

    Person person() {
        auto reply = sign_in_securely();
        auto set = reply.headers["set-cookie"];
        return {"viewer", "", set.substr(0, set.find(';')), reply.json()["csrf"]};
    }

    ServerOptions options;
    std::unique_ptr<Server> secure;
    std::string origin_;
};

TEST_F(TlsTest, TheCookieIsBoundToThisHostAndToTls) {
    auto reply = sign_in_securely();
    ASSERT_EQ(reply.status, 200) << reply.body;
    auto cookie = reply.headers["set-cookie"];
    EXPECT_EQ(cookie.find("__Host-proviso="), 0U);
    EXPECT_NE(cookie.find("Path=/; HttpOnly; SameSite=Strict; Secure"), std::string::npos);
    EXPECT_EQ(reply.headers["strict-transport-security"], "max-age=31536000");
}

TEST_F(TlsTest, TheOriginMustSayHttpsAndThePlainCookieIsNotTaken) {
    auto me = person();
    TestClient client(secure->port(), true);
    EXPECT_EQ(client.request("GET", "/api/session", {{"Cookie", me.cookie}}).status, 200);
    auto plain = "proviso" + me.cookie.substr(me.cookie.find('='));
    EXPECT_EQ(client.request("GET", "/api/session", {{"Cookie", plain}}).status, 401);
    Headers headers{
        {"Cookie", me.cookie},
        {"X-Proviso-Csrf", me.csrf},
        {"Origin", fmt::format("http://127.0.0.1:{}", secure->port())}};
    EXPECT_EQ(client.request("DELETE", "/api/session", headers).kind(), "wrong_origin");
    headers.back().second = origin_;
    EXPECT_EQ(client.request("DELETE", "/api/session", headers).status, 204);
}

TEST_F(TlsTest, LiveVideoFlowsThroughTls) {
    film(30);
    auto me = person();
    TestClient client(secure->port(), true);
    Headers headers{
        {"Cookie", me.cookie},
        {"Origin", origin_},
        {"Connection", "Upgrade"},
        {"Upgrade", "websocket"},
        {"Sec-WebSocket-Version", "13"},
        {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    ASSERT_EQ(client.request("GET", "/api/cameras/gate/live", headers).status, 101);
    EXPECT_EQ(client.frame()->opcode, 1);
    EXPECT_EQ(client.frame()->opcode, 2);
    gate->review();
    send("officer", "POST", "/api/records/berlin-notice/withdraw", R"({"reason":"torn down"})");
    auto frame = client.frame();
    while (frame && frame->opcode != 8) frame = client.frame();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->close_code(), 4403);
}

TEST_F(TlsTest, OnlyModernTlsIsSpoken) {
    EXPECT_EQ(TestClient(secure->port(), true).tls_version(), "TLSv1.3");
    TestClient plain(secure->port());
    plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(plain.receive().status, 0);
}

TEST_F(TlsTest, PlainHttpIsForLoopbackOnly) {
    ServerOptions open;
    open.port = 0;
    open.bind = "0.0.0.0";
    auto refused = Server::open(open, rooms());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::InvalidInput);
    EXPECT_FALSE(refused.error().next_step().empty());
    open.bind = "not-an-address";
    EXPECT_FALSE(Server::open(open, rooms()));
    options.private_key = folder.path() / "absent.key";
    EXPECT_FALSE(Server::open(options, rooms()));
}

TEST_F(TlsTest, APortThatIsTakenIsAnErrorWithANextStep) {
    ServerOptions again;
    again.port = server->port();
    auto refused = Server::open(again, rooms());
    ASSERT_FALSE(refused);
    EXPECT_FALSE(refused.error().next_step().empty());
}

}  // namespace
}  // namespace proviso::api
