#include "client.h"

#include <iostream>

#include <curl/curl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <proviso/base/file.h>

namespace proviso::app {

namespace {

constexpr std::size_t kMostAnswer = 64U << 20U;

std::size_t collect(char* data, std::size_t size, std::size_t count, void* into) {
    auto& text = *static_cast<std::string*>(into);
    if (text.size() + size * count > kMostAnswer) return 0;
    text.append(data, size * count);
    return size * count;
}

Result<std::string> read_password(const Remote& remote) {
    if (!remote.password_file.empty()) {
        auto text = PROVISO_TRY(read_file(remote.password_file, 4096));
        while (!text.empty() && text.back() == '\n') text.pop_back();
        return text;
    }
    if (::isatty(STDIN_FILENO) == 0) {
        return invalid_input("there is no terminal to ask for the password", "use --password-file");
    }
    std::cerr << "Password of " << remote.login << ": " << std::flush;
    termios shown{};
    ::tcgetattr(STDIN_FILENO, &shown);
    auto hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
    std::string password;
    std::getline(std::cin, password);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &shown);
    std::cerr << "\n";
    return password;
}

/// The server's error in its one shape, or what the status alone says.
Error error_of(long status, const std::string& body) {
    auto kind = status == 404   ? ErrorKind::NotFound
                : status == 401 ? ErrorKind::Unauthorized
                : status == 403 ? ErrorKind::Forbidden
                : status < 500  ? ErrorKind::InvalidInput
                                : ErrorKind::Unavailable;
    if (auto parsed = parse_json(body);
        parsed && parsed->is_object() && parsed->contains("error")) {
        const auto& error = (*parsed)["error"];
        return {kind, error.value("message", ""), error.value("next_step", "")};
    }
    return {kind, fmt::format("the server answered with status {}", status)};
}

}  // namespace

struct Client::Inside {
    CURL* curl = nullptr;
    std::string server;
    std::string csrf;

    Inside() : curl(curl_easy_init()) {}

    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

    ~Inside() { curl_easy_cleanup(curl); }

    Result<std::string> send(
        const char* method,
        const std::string& path,
        const std::string* body,
        const std::string& content_type
    ) {
        std::string answer;
        auto url = server + path;
        curl_slist* headers = nullptr;
        auto add = [&](const std::string& line) {
            headers = curl_slist_append(headers, line.c_str());
        };
        if (!csrf.empty()) add("X-Proviso-Csrf: " + csrf);
        add("Origin: " + server);
        add("Expect:");
        if (body != nullptr) add("Content-Type: " + content_type);
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
        if (body != nullptr) {
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->data());
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
        } else {
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, nullptr);
            curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
            curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
        }
        auto code = curl_easy_perform(curl);
        curl_slist_free_all(headers);
        if (code != CURLE_OK) {
            auto hint =
                code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE
                    ? "check the certificate, or use --accept-any-certificate on a trusted network"
                    : "check the address and that the server runs";
            return Error(
                ErrorKind::Unavailable,
                fmt::format("{}: {}", server, curl_easy_strerror(code)),
                hint
            );
        }
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (status < 200 || status > 299) return error_of(status, answer);
        return answer;
    }
};

Client::Client() : inside_(std::make_unique<Inside>()) {}

Client::~Client() {
    if (!inside_->csrf.empty()) {
        static_cast<void>(inside_->send("DELETE", "/api/session", nullptr, {}).has_value());
    }
}

Result<std::unique_ptr<Client>> Client::sign_in(const Remote& remote) {
    if (remote.login.empty()) return invalid_input("--server needs --login");
    auto password = PROVISO_TRY(read_password(remote));
    std::unique_ptr<Client> client(new Client());
    auto& inside = *client->inside_;
    inside.server = remote.server;
    while (inside.server.ends_with('/')) inside.server.pop_back();
    curl_easy_setopt(inside.curl, CURLOPT_COOKIEFILE, "");  // keeps cookies in memory only
    if (remote.accept_any_certificate) {
        curl_easy_setopt(inside.curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(inside.curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    auto body = Json{{"login", remote.login}, {"password", password}}.dump();
    auto answer = PROVISO_TRY(
        inside.send("POST", "/api/session", &body, "application/json").while_doing("sign in")
    );
    auto session = PROVISO_TRY(parse_json(answer));
    inside.csrf = session.value("csrf", "");
    return client;
}

Result<std::string> Client::get(const std::string& path) {
    return inside_->send("GET", path, nullptr, {});
}

Result<std::string> Client::post(
    const std::string& path, const std::string& body, const std::string& content_type
) {
    return inside_->send("POST", path, &body, content_type);
}

std::string Client::escape(const std::string& text) {
    char* escaped = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
    std::string copy(escaped);
    curl_free(escaped);
    return copy;
}

}  // namespace proviso::app
