#include "rtsp_auth.h"

#include <cstring>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base64.h"
#include "text.h"

namespace proviso::ingest {
namespace {

/// One `name=value` or `name="value"` off the front of a challenge; false at its end.
bool next_parameter(std::string_view& text, std::string_view& name, std::string& value) {
    auto first = text.find_first_not_of(" \t,");
    if (first == std::string_view::npos) return false;
    text.remove_prefix(first);
    auto mark = text.find_first_of("= \t,");
    if (mark == std::string_view::npos || text[mark] != '=') return false;
    name = text.substr(0, mark);
    text.remove_prefix(mark + 1);
    value.clear();
    if (!text.starts_with('"')) {
        value = trim(text.substr(0, text.find(',')));
        text.remove_prefix(std::min(text.find(','), text.size()));
        return true;
    }
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        value += text[at];
    }
    text.remove_prefix(std::min(at + 1, text.size()));
    return true;
}

void apply(Challenge& challenge, std::string_view name, const std::string& value) {
    if (same_word(name, "realm")) challenge.realm = value;
    if (same_word(name, "nonce")) challenge.nonce = value;
    if (same_word(name, "opaque")) challenge.opaque = value;
    if (same_word(name, "stale")) challenge.stale = same_word(value, "true");
    if (same_word(name, "algorithm")) {
        challenge.names_algorithm = true;
        if (same_word(value, "MD5")) {
            challenge.algorithm = DigestAlgorithm::Md5;
        } else if (same_word(value, "MD5-sess")) {
            challenge.algorithm = DigestAlgorithm::Md5Session;
        } else if (same_word(value, "SHA-256")) {
            challenge.algorithm = DigestAlgorithm::Sha256;
        } else if (same_word(value, "SHA-256-sess")) {
            challenge.algorithm = DigestAlgorithm::Sha256Session;
        } else {
            challenge.supported = false;
        }
    }
    if (same_word(name, "qop")) {
        bool offered = false;
        for (auto word : split(value, ',')) offered = offered || same_word(trim(word), "auth");
        challenge.has_qop = offered;
        if (!offered) challenge.supported = false;
    }
}

bool is_sha256(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::Sha256 || algorithm == DigestAlgorithm::Sha256Session;
}

bool is_session(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::Md5Session || algorithm == DigestAlgorithm::Sha256Session;
}

std::string_view name_of(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::Md5: return "MD5";
        case DigestAlgorithm::Md5Session: return "MD5-sess";
        case DigestAlgorithm::Sha256: return "SHA-256";
        case DigestAlgorithm::Sha256Session: return "SHA-256-sess";
    }
    return "MD5";
}

int strength(const Challenge& challenge) {
    if (!challenge.supported) return 0;
    if (!challenge.digest) return 1;
    return is_sha256(challenge.algorithm) ? 3 : 2;
}

/// As a quoted string; a line end in it would become a header of its own, so it goes.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (auto c : text) {
        if (static_cast<unsigned char>(c) < ' ') continue;
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace

std::vector<Challenge> parse_challenges(std::string_view value) {
    std::vector<Challenge> challenges;
    std::string_view name;
    std::string text;
    while (challenges.size() < 8) {
        if (!challenges.empty() && next_parameter(value, name, text)) {
            apply(challenges.back(), name, text);
            continue;
        }
        auto first = value.find_first_not_of(" \t,");
        if (first == std::string_view::npos) break;
        value.remove_prefix(first);
        auto scheme = value.substr(0, value.find_first_of(" \t,"));
        value.remove_prefix(scheme.size());
        Challenge challenge;
        challenge.digest = same_word(scheme, "Digest");
        challenge.supported = challenge.digest || same_word(scheme, "Basic");
        challenges.push_back(std::move(challenge));
    }
    return challenges;
}

std::string digest_hash(DigestAlgorithm algorithm, std::initializer_list<std::string_view> parts) {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
        EVP_MD_CTX_new(), &EVP_MD_CTX_free
    );
    EVP_DigestInit_ex(context.get(), is_sha256(algorithm) ? EVP_sha256() : EVP_md5(), nullptr);
    bool first = true;
    for (auto part : parts) {
        if (!first) EVP_DigestUpdate(context.get(), ":", 1);
        EVP_DigestUpdate(context.get(), part.data(), part.size());
        first = false;
    }
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context.get(), hash.data(), &size);
    return to_hex(ByteView(hash).first(size));
}

Authenticator::Authenticator(
    std::string user, SecretText password, std::function<std::uint64_t()> random
)
    : user_(std::move(user)), password_(std::move(password)), random_(std::move(random)) {}

Result<> Authenticator::accept(const RtspMessage& refusal) {
    std::optional<Challenge> best;
    for (const auto& [name, value] : refusal.headers) {
        if (!same_word(name, "WWW-Authenticate")) continue;
        for (auto& challenge : parse_challenges(value)) {
            if (strength(challenge) > (best ? strength(*best) : 0)) best = std::move(challenge);
        }
    }
    if (!best) {
        return Error(
            ErrorKind::Unauthorized,
            "the camera asks for a kind of sign-in that is not spoken here",
            "allow Digest sign-in for RTSP in the camera's settings"
        );
    }
    fresh_nonce_ = challenge_ && best->digest && challenge_->digest &&
                   challenge_->realm == best->realm && challenge_->nonce != best->nonce;
    challenge_ = std::move(best);
    uses_ = 0;
    return {};
}

std::string Authenticator::authorize(std::string_view method, std::string_view url) {
    if (!challenge_) return {};
    if (!challenge_->digest) {
        Bytes pair;
        ByteWriter(pair).text(user_).text(":").text(password_.view());
        auto line = "Authorization: Basic " + to_base64(pair) + "\r\n";
        ::explicit_bzero(pair.data(), pair.size());
        return line;
    }
    const auto& c = *challenge_;
    auto count = fmt::format("{:08x}", ++uses_);
    auto client_nonce = fmt::format("{:016x}", random_());
    auto secret = digest_hash(c.algorithm, {user_, c.realm, password_.view()});
    if (is_session(c.algorithm)) {
        secret = digest_hash(c.algorithm, {secret, c.nonce, client_nonce});
    }
    auto what = digest_hash(c.algorithm, {method, url});
    auto response =
        c.has_qop ? digest_hash(c.algorithm, {secret, c.nonce, count, client_nonce, "auth", what})
                  : digest_hash(c.algorithm, {secret, c.nonce, what});
    auto line = fmt::format(
        "Authorization: Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\"",
        quoted(user_),
        quoted(c.realm),
        quoted(c.nonce),
        quoted(url),
        response
    );
    if (c.names_algorithm) line += fmt::format(", algorithm={}", name_of(c.algorithm));
    if (!c.opaque.empty()) line += ", opaque=" + quoted(c.opaque);
    if (c.has_qop || is_session(c.algorithm)) {
        line += fmt::format(", cnonce=\"{}\"", client_nonce);
    }
    if (c.has_qop) line += fmt::format(", qop=auth, nc={}", count);
    return line + "\r\n";
}

}  // namespace proviso::ingest
