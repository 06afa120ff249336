#include <atomic>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>
#include <proviso/base/unique_fd.h>
#include <proviso/crypto/hash.h>

#include "face_set.h"
#include "model_fetch.h"
#include "model_shelf.h"

namespace proviso::app {
namespace {

namespace fs = std::filesystem;

/// A server that gives one file, with ranges or without, and may break off.
class FileServer {
public:
    explicit FileServer(std::string content) : content_(std::move(content)) {
        listener_ = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* generic = static_cast<sockaddr*>(static_cast<void*>(&address));
        EXPECT_EQ(::bind(listener_.get(), generic, sizeof address), 0);
        EXPECT_EQ(::listen(listener_.get(), 8), 0);
        socklen_t size = sizeof address;
        ::getsockname(listener_.get(), generic, &size);
        port = ntohs(address.sin_port);
        thread_ = std::jthread([this] { serve(); });
    }

    FileServer(const FileServer&) = delete;
    FileServer& operator=(const FileServer&) = delete;

    ~FileServer() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port) + "/model.onnx"; }

    std::uint16_t port = 0;
    std::atomic<bool> ranges{true};
    std::atomic<std::size_t> break_off{0};  ///< after so many bytes of a body; 0: never
    std::atomic<int> status{0};             ///< 0: as it should be
    std::atomic<std::size_t> bytes_sent{0};
    std::atomic<std::size_t> last_offset{0};

private:
    void serve() {
        while (true) {
            UniqueFd peer(::accept(listener_.get(), nullptr, nullptr));
            if (peer.get() < 0) return;
            answer(peer.get());
        }
    }

    void answer(int peer) {
        std::string request;
        char buffer[4096];
        while (request.find("\r\n\r\n") == std::string::npos) {
            auto got = ::recv(peer, buffer, sizeof buffer, 0);
            if (got <= 0) return;
            request.append(buffer, static_cast<std::size_t>(got));
        }
        std::size_t offset = 0;
        auto range = request.find("Range: bytes=");
        if (ranges && range != std::string::npos) {
            offset = std::stoul(request.substr(range + 13));
        }
        last_offset = offset;
        auto body = content_.substr(std::min(offset, content_.size()));
        auto code = status != 0 ? std::to_string(status) : offset > 0 ? "206" : "200";
        auto head = "HTTP/1.1 " + code +
                    " X\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n";
        if (offset > 0) {
            head += "Content-Range: bytes " + std::to_string(offset) + "-" +
                    std::to_string(content_.size() - 1) + "/" + std::to_string(content_.size()) +
                    "\r\n";
        }
        if (break_off != 0) body.resize(std::min(body.size(), break_off.load()));
        auto all = head + "\r\n" + body;
        ::send(peer, all.data(), all.size(), MSG_NOSIGNAL);
        bytes_sent += body.size();
    }

    std::string content_;
    UniqueFd listener_;
    std::jthread thread_;
};

class Fetching : public testing::Test {
protected:
    void SetUp() override {
        for (std::size_t i = 0; i < 200'000; ++i) {
            content_ += static_cast<char>((i * 2654435761U) >> 13U);
        }
        file_.name = "model.onnx";
        file_.size = content_.size();
        file_.sha256 = to_hex(crypto::sha256(as_bytes(content_)));
        folder_ = fs::temp_directory_path() / ("proviso-fetch-" + Uuid::random().text());
        fs::create_directories(folder_);
    }

    void TearDown() override { fs::remove_all(folder_); }

    Result<> fetch(std::vector<std::string> urls) {
        file_.urls = std::move(urls);
        return fetch_file(file_, path(), [&](auto have, auto) { have_ = have; });
    }

    fs::path path() const { return folder_ / file_.name; }

    bool is_there() const {
        auto text = read_file(path());
        return text && *text == content_;
    }

    bool left_nothing() const { return fs::is_empty(folder_); }

    std::string content_;
    vision::ModelFile file_;
    fs::path folder_;
    std::uint64_t have_ = 0;
};

TEST_F(Fetching, BringsAFileAndChecksItsHash) {
    FileServer server(content_);
    ASSERT_TRUE(fetch({server.url()}));
    EXPECT_TRUE(is_there());
    EXPECT_EQ(have_, content_.size());
    EXPECT_FALSE(fs::exists(path().string() + ".part"));
}

TEST_F(Fetching, GoesOnWhereAnInterruptedFetchStopped) {
    FileServer server(content_);
    server.break_off = 70'000;
    auto broken = fetch({server.url()});
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().kind(), ErrorKind::Unavailable);
    EXPECT_FALSE(fs::exists(path())) << "half a model is none";
    server.break_off = 0;
    server.bytes_sent = 0;
    ASSERT_TRUE(fetch({server.url()}));
    EXPECT_TRUE(is_there());
    EXPECT_EQ(server.last_offset, 70'000U);
    EXPECT_EQ(server.bytes_sent, content_.size() - 70'000);
}

TEST_F(Fetching, BeginsAgainWhereTheServerKnowsNoRanges) {
    FileServer server(content_);
    server.ranges = false;
    server.break_off = 70'000;
    ASSERT_FALSE(fetch({server.url()}));
    server.break_off = 0;
    ASSERT_TRUE(fetch({server.url()}));
    EXPECT_TRUE(is_there());
}

TEST_F(Fetching, KeepsNothingThatHasAnotherHash) {
    auto other = content_;
    other[1234] ^= 1;
    FileServer server(other);
    auto fetched = fetch({server.url()});
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().kind(), ErrorKind::Corrupt);
    EXPECT_TRUE(left_nothing());
}

TEST_F(Fetching, StopsWhenMoreComesThanTheCardSays) {
    FileServer server(content_ + std::string(5'000'000, 'x'));
    auto fetched = fetch({server.url()});
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().kind(), ErrorKind::Corrupt);
    EXPECT_FALSE(fs::exists(path()));
}

TEST_F(Fetching, TriesTheNextAddress) {
    FileServer gone(content_);
    gone.status = 404;
    FileServer server(content_);
    ASSERT_FALSE(fetch({gone.url()}));
    ASSERT_TRUE(fetch({gone.url(), server.url()}));
    EXPECT_TRUE(is_there());
}

TEST_F(Fetching, TakesNothingOverPlainHttpFromElsewhere) {
    for (const auto* url :
         {"http://example.org/model.onnx",
          "http://127.0.0.1.example.org/x",
          "http://localhost@example.org/x",
          "http://127.0.0.1:8080@example.org/x",
          "file:///etc/passwd",
          "ftp://example.org/x"}) {
        auto fetched = fetch({url});
        ASSERT_FALSE(fetched);
        EXPECT_EQ(fetched.error().kind(), ErrorKind::InvalidInput) << url;
    }
    EXPECT_FALSE(fetch({}));
}

TEST_F(Fetching, ALeftoverThatIsTooLongIsThrownAway) {
    ASSERT_TRUE(write_file_atomic(path().string() + ".part", as_bytes(std::string(300'000, 'y'))));
    FileServer server(content_);
    ASSERT_TRUE(fetch({server.url()}));
    EXPECT_TRUE(is_there());
}

TEST_F(Fetching, CopiesFromALocalMirrorOnlyWhatTheCardNames) {
    auto mirror = folder_ / "mirror.onnx";
    ASSERT_TRUE(write_file_atomic(mirror, as_bytes(content_)));
    ASSERT_TRUE(copy_file(file_, mirror, path()));
    EXPECT_TRUE(is_there());
    fs::remove(path());
    ASSERT_TRUE(write_file_atomic(mirror, as_bytes(content_ + "x")));
    EXPECT_EQ(copy_file(file_, mirror, path()).error().kind(), ErrorKind::Corrupt);
    EXPECT_FALSE(fs::exists(path()));
    EXPECT_EQ(copy_file(file_, folder_ / "none", path()).error().kind(), ErrorKind::NotFound);
}

TEST(Csv, KnowsQuotesAndEitherLineEnd) {
    auto rows = parse_csv("a,b\r\n\"x, \"\"y\"\"\",2\n\n,\nlast,\"\"").value();
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[1], (std::vector<std::string>{"x, \"y\"", "2"}));
    EXPECT_EQ(rows[2], (std::vector<std::string>{"", ""}));
    EXPECT_EQ(rows[3], (std::vector<std::string>{"last", ""}));
    EXPECT_FALSE(parse_csv("a,\"b"));
    EXPECT_TRUE(parse_csv("").value().empty());
    EXPECT_EQ(parse_csv(std::string(2'000'000, ',')).error().kind(), ErrorKind::TooLarge);
}

TEST(FaceSet, TakesPathPersonAndGroupFromAManifest) {
    auto folder = fs::temp_directory_path() / ("proviso-set-" + Uuid::random().text());
    fs::create_directories(folder);
    auto manifest = folder / "manifest.csv";
    ASSERT_TRUE(write_file_atomic(
        manifest, as_bytes("file,person,gender,label\na/1.jpg,anna,female,x\nb.jpg,bert,male,\n")
    ));
    auto set = read_face_set(manifest, {"gender", "label", "absent"}).value();
    ASSERT_EQ(set.size(), 2U);
    EXPECT_EQ(set[0].path, folder / "a/1.jpg");
    EXPECT_EQ(set[0].person, "anna");
    EXPECT_EQ(set[0].group, "female x");
    EXPECT_EQ(set[1].group, "male");
    for (const auto* bad : {"", "x,y\n1,2\n", "path,person\na\n", "path,person\n,anna\n"}) {
        ASSERT_TRUE(write_file_atomic(manifest, as_bytes(bad)));
        EXPECT_FALSE(read_face_set(manifest, {})) << bad;
    }
    fs::remove_all(folder);
}

}  // namespace
}  // namespace proviso::app
