#include "web_files.h"

#include <fstream>

#include <gtest/gtest.h>

#include <proviso/base/id.h>

namespace proviso::api {
namespace {

struct WebFilesTest : testing::Test {
    std::filesystem::path folder;

    void SetUp() override {
        folder = std::filesystem::path(testing::TempDir()) /
                 ("web-" + Uuid::random().text().substr(0, 8));
        std::filesystem::create_directories(folder / "assets");
        write(
            "index.html",
            "<html><meta property=\"csp-nonce\" nonce=\"__PROVISO_NONCE__\">"
            "<script nonce=\"__PROVISO_NONCE__\"></script></html>"
        );
        write("assets/app-1a2b.js", "let x;");
        write("favicon.svg", "<svg/>");
    }

    void TearDown() override { std::filesystem::remove_all(folder); }

    void write(const std::string& name, std::string_view content) const {
        std::ofstream(folder / name) << content;
    }

    static Response get(const WebFiles& web, std::string path, std::string tag = {}) {
        Request request;
        request.path = std::move(path);
        if (!tag.empty()) request.headers.emplace_back("if-none-match", std::move(tag));
        return web.serve(request);
    }

    static std::string header(const Response& response, std::string_view name) {
        for (const auto& [key, value] : response.headers) {
            if (key == name) return value;
        }
        return {};
    }
};

TEST_F(WebFilesTest, GivesThePageAFreshNonceEachTime) {
    auto web = *WebFiles::open(folder);
    auto one = get(web, "/");
    auto two = get(web, "/cameras/berlin");
    EXPECT_EQ(one.status, 200);
    EXPECT_EQ(two.status, 200);
    EXPECT_NE(one.body, two.body);
    EXPECT_EQ(one.body.find("__PROVISO_NONCE__"), std::string::npos);
    auto policy = header(one, "Content-Security-Policy");
    auto start = policy.find("'nonce-") + 7;
    auto nonce = policy.substr(start, policy.find('\'', start) - start);
    EXPECT_EQ(nonce.size(), 24U);
    EXPECT_NE(one.body.find("nonce=\"" + nonce + "\""), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
}

TEST_F(WebFilesTest, KeepsHashedFilesForeverAndOthersUntilTheyChange) {
    auto web = *WebFiles::open(folder);
    auto script = get(web, "/assets/app-1a2b.js");
    EXPECT_EQ(*script.shared_body, "let x;");
    EXPECT_EQ(header(script, "Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_NE(header(script, "Cache-Control").find("immutable"), std::string::npos);
    auto icon = get(web, "/favicon.svg");
    EXPECT_EQ(header(icon, "Cache-Control"), "no-cache");
    EXPECT_EQ(get(web, "/favicon.svg", header(icon, "ETag")).status, 304);
}

TEST_F(WebFilesTest, NothingOutsideTheFolderExists) {
    write("../secret.txt", "secret");
    std::filesystem::create_symlink("/etc/passwd", folder / "link.txt");
    auto web = *WebFiles::open(folder);
    for (const auto* path :
         {"/../secret.txt",
          "/..%2fsecret.txt",
          "/assets/..%2f..%2fsecret.txt",
          "/link.txt",
          "/assets/%2e%2e/favicon.svg",
          "//etc/passwd",
          "/missing.js",
          "/assets/app-1a2b.js%00"}) {
        EXPECT_EQ(get(web, path).status, 404) << path;
    }
    std::filesystem::remove(folder / "../secret.txt");
}

TEST_F(WebFilesTest, OnlyReadingIsPossible) {
    auto web = *WebFiles::open(folder);
    Request request;
    request.method = Method::Post;
    request.path = "/favicon.svg";
    EXPECT_EQ(web.serve(request).status, 405);
}

TEST_F(WebFilesTest, AFolderWithoutAPageIsAnErrorThatSaysWhatToDo) {
    std::filesystem::remove(folder / "index.html");
    auto web = WebFiles::open(folder);
    ASSERT_FALSE(web);
    EXPECT_FALSE(web.error().next_step().empty());
    EXPECT_FALSE(WebFiles::open(folder / "nowhere"));
}

}  // namespace
}  // namespace proviso::api
