#include "web_files.h"

#include <array>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/crypto/encode.h>
#include <proviso/crypto/hash.h>
#include <proviso/crypto/secret.h>

#include "problem.h"

namespace proviso::api {

namespace {

constexpr std::uint64_t kMostBytes = 64U << 20U;
constexpr std::string_view kIndex = "/index.html";
/// Stands in index.html wherever the build wants the nonce of this answer.
constexpr std::string_view kNonceMark = "__PROVISO_NONCE__";

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
}};

std::string type_of(const std::filesystem::path& path) {
    for (const auto& [extension, type] : kTypes) {
        if (path.extension() == extension) return std::string(type);
    }
    return "application/octet-stream";
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

/// The UI library puts <style> elements into the page; the nonce lets exactly those in, so that
/// no 'unsafe-inline' is needed. Video comes from blobs (Media Source Extensions).
std::string policy(std::string_view nonce) {
    return fmt::format(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{}'; img-src 'self' data: "
        "blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        nonce
    );
}

Response absent() { return problem(not_here()); }

}  // namespace

Result<WebFiles> WebFiles::open(const std::filesystem::path& folder) {
    WebFiles web;
    if (folder.empty()) return web;
    std::error_code problem;
    std::filesystem::recursive_directory_iterator walk(folder, problem);
    std::uint64_t total = 0;
    while (!problem && walk != std::filesystem::recursive_directory_iterator()) {
        auto status = walk->symlink_status(problem);
        if (!problem && status.type() == std::filesystem::file_type::regular) {
            auto content = PROVISO_TRY(read_file(walk->path(), kMostBytes));
            total += content.size();
            if (total > kMostBytes) {
                return Error(
                    ErrorKind::TooLarge,
                    "the web folder holds over 64 MiB",
                    "point 'web' at the built UI"
                );
            }
            File file;
            file.type = type_of(walk->path());
            file.tag =
                fmt::format("\"{}\"", to_hex(crypto::sha256(as_bytes(content))).substr(0, 32));
            file.content = std::make_shared<const std::string>(std::move(content));
            auto name = "/" + walk->path().lexically_relative(folder).generic_string();
            file.immutable = name.starts_with("/assets/");
            web.files_.emplace(std::move(name), std::move(file));
        }
        walk.increment(problem);
    }
    if (problem || !web.files_.contains(kIndex)) {
        return invalid_input(
            fmt::format("there is no web UI in {}", folder.string()),
            "build it (make web) or set the right folder"
        );
    }
    return web;
}

Response WebFiles::page() const {
    Bytes random(16);
    crypto::fill_random(random);
    auto nonce = crypto::to_base64(random);
    auto response = Response::text(
        200,
        "text/html; charset=utf-8",
        replace_all(*files_.find(kIndex)->second.content, kNonceMark, nonce)
    );
    response.set("Content-Security-Policy", policy(nonce));
    response.set("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
    return response;
}

Response WebFiles::serve(const Request& request) const {
    if (request.method != Method::Get && request.method != Method::Head) {
        auto response = problem(
            405, "method_not_allowed", "this address does not take this method", "use GET, HEAD"
        );
        response.set("Allow", "GET, HEAD");
        return response;
    }
    auto segments = split_path(request.path);
    if (files_.empty() || !segments) return absent();
    std::string name;
    for (const auto& segment : *segments) name += "/" + segment;
    auto found = files_.find(name);
    if (found == files_.end() || name == kIndex) {
        bool is_page =
            segments->empty() || name == kIndex || segments->back().find('.') == std::string::npos;
        return is_page ? page() : absent();
    }
    const auto& file = found->second;
    Response response;
    response.set("ETag", file.tag);
    response.set(
        "Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"
    );
    if (request.header("if-none-match") == file.tag) {
        response.status = 304;
        return response;
    }
    response.set("Content-Type", file.type);
    response.shared_body = file.content;
    return response;
}

}  // namespace proviso::api
