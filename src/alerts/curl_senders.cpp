#include <cstring>
#include <mutex>

#include <curl/curl.h>
#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/crypto/hash.h>

#include "payload.h"
#include "senders.h"

namespace proviso::alerts {

namespace {

constexpr long kConnectSeconds = 10;
constexpr long kWholeSeconds = 30;
constexpr std::size_t kLeastSecret = 16;

void start_curl() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::size_t discard(char* /*data*/, std::size_t size, std::size_t count, void* /*into*/) {
    return size * count;
}

/// One easy handle and one list, released together.
class Transfer {
public:
    Transfer() : curl_(curl_easy_init()) {
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
        set(CURLOPT_TIMEOUT, kWholeSeconds);
        set(CURLOPT_WRITEFUNCTION, discard);
        // What is configured is where it goes: no environment, no redirect leads elsewhere.
        set(CURLOPT_PROXY, "");
        set(CURLOPT_FOLLOWLOCATION, 0L);
    }

    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    ~Transfer() {
        curl_slist_free_all(list_);
        curl_easy_cleanup(curl_);
    }

    template <class T>
    void set(CURLoption option, T value) {
        curl_easy_setopt(curl_, option, value);
    }

    void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }

    curl_slist* list() { return list_; }

    /// The status of the last answer, or why there was none.
    Result<long> perform() {
        auto code = curl_easy_perform(curl_);
        long status = 0;
        curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
        if (code == CURLE_OK) return status;
        if (code == CURLE_OPERATION_TIMEDOUT) {
            return Error(ErrorKind::Timeout, "the receiver did not answer in time");
        }
        // SMTP: the server said no for good (5xx); curl gives its code.
        if (status >= 500 && status < 600) {
            return Error(
                ErrorKind::Refused, fmt::format("the receiver refused with code {}", status)
            );
        }
        return Error(ErrorKind::Unavailable, curl_easy_strerror(code));
    }

private:
    CURL* curl_;
    curl_slist* list_ = nullptr;
};

class Webhook final : public Sender {
public:
    Webhook(std::string url, std::string secret, const Clock& clock)
        : url_(std::move(url)), secret_(std::move(secret)), clock_(clock) {}

    Result<> send(const Notice& notice) override {
        auto now = clock_.now().time_since_epoch().count() / 1'000'000;
        Transfer transfer;
        transfer.add("Content-Type: application/json");
        transfer.add("Expect:");
        transfer.add("X-Proviso-Delivery: " + notice.id);
        transfer.add(fmt::format("X-Proviso-Timestamp: {}", now));
        transfer.add(
            "X-Proviso-Signature: " + webhook_signature(as_bytes(secret_), now, notice.body)
        );
        transfer.set(CURLOPT_URL, url_.c_str());
        transfer.set(CURLOPT_PROTOCOLS_STR, "http,https");
        transfer.set(CURLOPT_USERAGENT, "Proviso/" PROVISO_VERSION);
        transfer.set(CURLOPT_HTTPHEADER, transfer.list());
        transfer.set(CURLOPT_POSTFIELDS, notice.body.data());
        transfer.set(CURLOPT_POSTFIELDSIZE, static_cast<long>(notice.body.size()));
        auto status = PROVISO_TRY(transfer.perform());
        if (status >= 200 && status < 300) return {};
        bool busy = status >= 500 || status == 408 || status == 425 || status == 429;
        return Error(
            busy ? ErrorKind::Unavailable : ErrorKind::Refused,
            fmt::format("the receiver answered with status {}", status)
        );
    }

private:
    const std::string url_;
    const std::string secret_;
    const Clock& clock_;
};

struct Reading {
    std::string_view text;

    static std::size_t read(char* into, std::size_t size, std::size_t count, void* from) {
        auto& rest = static_cast<Reading*>(from)->text;
        auto take = std::min(size * count, rest.size());
        std::memcpy(into, rest.data(), take);
        rest.remove_prefix(take);
        return take;
    }
};

class Mail final : public Sender {
public:
    Mail(MailConfig config, std::string password, const Clock& clock)
        : config_(std::move(config)), password_(std::move(password)), clock_(clock) {}

    Result<> send(const Notice& notice) override {
        auto message = mail_message(config_, notice.id, notice.subject, notice.body, clock_.now());
        Reading reading{message};
        Transfer transfer;
        transfer.set(CURLOPT_URL, config_.server.c_str());
        transfer.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        // A password never travels in the clear; without one, encryption where it is offered.
        auto security = config_.user.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL;
        transfer.set(CURLOPT_USE_SSL, static_cast<long>(security));
        if (!config_.user.empty()) {
            transfer.set(CURLOPT_USERNAME, config_.user.c_str());
            transfer.set(CURLOPT_PASSWORD, password_.c_str());
        }
        transfer.set(CURLOPT_MAIL_FROM, config_.from.c_str());
        for (const auto& recipient : config_.recipients) transfer.add(recipient);
        transfer.set(CURLOPT_MAIL_RCPT, transfer.list());
        transfer.set(CURLOPT_UPLOAD, 1L);
        transfer.set(CURLOPT_READFUNCTION, &Reading::read);
        transfer.set(CURLOPT_READDATA, &reading);
        PROVISO_TRY(transfer.perform());
        return {};
    }

private:
    const MailConfig config_;
    const std::string password_;
    const Clock& clock_;
};

}  // namespace

std::string webhook_signature(ByteView secret, std::int64_t unix_seconds, std::string_view body) {
    auto message = fmt::format("{}.{}", unix_seconds, body);
    return "sha256=" + to_hex(crypto::hmac_sha256(secret, as_bytes(message)));
}

Result<std::string> read_secret(const std::filesystem::path& file, std::size_t least) {
    auto text = PROVISO_TRY(read_file(file, 4096).while_doing("read a secret"));
    text.resize(std::min(text.find_first_of("\r\n"), text.size()));
    if (text.empty() || text.size() < least) {
        return invalid_input(
            fmt::format(
                "{} holds less than {} characters", file.string(), std::max<std::size_t>(least, 1)
            ),
            "make a secret with: openssl rand -hex 32"
        );
    }
    return text;
}

Result<std::unique_ptr<Sender>> make_webhook(const WebhookConfig& config, const Clock& clock) {
    start_curl();
    auto secret = PROVISO_TRY(read_secret(config.secret_file, kLeastSecret));
    return std::unique_ptr<Sender>(new Webhook(config.url, std::move(secret), clock));
}

Result<std::unique_ptr<Sender>> make_mail(const MailConfig& config, const Clock& clock) {
    start_curl();
    std::string password;
    if (!config.user.empty()) password = PROVISO_TRY(read_secret(config.password_file, 1));
    return std::unique_ptr<Sender>(new Mail(config, std::move(password), clock));
}

}  // namespace proviso::alerts
