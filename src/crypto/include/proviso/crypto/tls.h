#pragma once

#include <string>
#include <vector>

#include <proviso/base/result.h>

namespace proviso::crypto {

struct Certificate {
    std::string certificate_pem;
    std::string private_key_pem;
    std::string fingerprint_sha256;  ///< lower-case hexadecimal, to compare by eye
};

/// A self-signed ECDSA P-256 server certificate valid for `days`, for host names and addresses
/// alike (each becomes the DNS or IP subject alternative name it is).
Result<Certificate> make_self_signed(const std::vector<std::string>& hosts, int days);

}  // namespace proviso::crypto
