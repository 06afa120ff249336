#pragma once

#include <functional>

#include <proviso/ingest/source.h>

#include "rtsp_message.h"

/// Who we are, told to the camera: Basic (RFC 7617) and Digest (RFC 7616, RFC 2069).
namespace proviso::ingest {

enum class DigestAlgorithm { Md5, Md5Session, Sha256, Sha256Session };

struct Challenge {
    bool digest = false;
    std::string realm;
    std::string nonce;
    std::string opaque;
    DigestAlgorithm algorithm = DigestAlgorithm::Md5;
    bool names_algorithm = false;
    bool has_qop = false;   ///< qop=auth is offered
    bool supported = true;  ///< false for algorithms and qop we do not speak
    bool stale = false;     ///< the nonce was too old, the credentials were right
};

/// One WWW-Authenticate value: the challenges that stand in it.
std::vector<Challenge> parse_challenges(std::string_view value);

/// Answers challenges with one user's credentials. Not thread-safe.
class Authenticator {
public:
    /// `random` gives the client nonce.
    Authenticator(std::string user, SecretText password, std::function<std::uint64_t()> random);

    bool has_credentials() const { return !user_.empty(); }

    /// Takes the strongest challenge of a 401: SHA-256 before MD5 before Basic. Unauthorized if
    /// there is none that we speak.
    Result<> accept(const RtspMessage& refusal);

    /// True if the last accepted challenge differs from the one before only in its nonce.
    bool fresh_nonce() const { return fresh_nonce_; }

    /// The Authorization header with its line end; empty before the first challenge.
    std::string authorize(std::string_view method, std::string_view url);

private:
    std::string user_;
    SecretText password_;
    std::function<std::uint64_t()> random_;
    std::optional<Challenge> challenge_;
    bool fresh_nonce_ = false;
    std::uint32_t uses_ = 0;
};

/// Lower-case hexadecimal of a hash over texts joined by ':'. For Digest only: MD5 is broken, and
/// cameras speak nothing else.
std::string digest_hash(DigestAlgorithm algorithm, std::initializer_list<std::string_view> parts);

}  // namespace proviso::ingest
