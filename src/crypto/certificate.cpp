#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <proviso/crypto/hash.h>
#include <proviso/crypto/tls.h>

#include "foundation.h"

namespace proviso::crypto {

namespace {

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using X509Ptr = Owned<X509, X509_free>;
using BioPtr = Owned<BIO, BIO_free_all>;
using Names = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;

Error not_made() { return {ErrorKind::Internal, "OpenSSL could not make a certificate"}; }

std::string text_of(BIO* bio) {
    char* data = nullptr;
    auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

bool is_host_name(const std::string& host) {
    return !host.empty() && host.size() <= 253 &&
           host.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_*"
           ) == std::string::npos;
}

Result<GENERAL_NAME*> general_name(const std::string& host) {
    Owned<GENERAL_NAME, GENERAL_NAME_free> name(GENERAL_NAME_new());
    if (!name) return not_made();
    if (auto* address = a2i_IPADDRESS(host.c_str()); address != nullptr) {
        GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address);
        return name.release();
    }
    if (!is_host_name(host)) {
        return invalid_input(
            "a host for the certificate is neither a name nor an address",
            "write it like cameras.example.org, 192.0.2.7 or 2001:db8::7"
        );
    }
    auto* text = ASN1_IA5STRING_new();
    if (text == nullptr) return not_made();
    GENERAL_NAME_set0_value(name.get(), GEN_DNS, text);
    if (ASN1_STRING_set(text, host.data(), static_cast<int>(host.size())) != 1) return not_made();
    return name.release();
}

Result<Names> general_names(const std::vector<std::string>& hosts) {
    Names names(GENERAL_NAMES_new());
    if (!names) return not_made();
    for (const auto& host : hosts) {
        auto* name = PROVISO_TRY(general_name(host));
        if (sk_GENERAL_NAME_push(names.get(), name) <= 0) {
            GENERAL_NAME_free(name);
            return not_made();
        }
    }
    return names;
}

bool add_extension(X509* certificate, int nid, const char* value) {
    Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, nid, value)
    );
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
    std::array<std::uint8_t, 16> serial{};
    if (RAND_bytes(serial.data(), static_cast<int>(serial.size())) != 1) return false;
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7fU) | 0x40U);  // positive, full length
    Owned<BIGNUM, BN_free> number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr)
    );
    return number &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_names_and_times(X509* certificate, int days) {
    auto* name = X509_get_subject_name(certificate);
    constexpr std::string_view kCommonName = "Proviso";
    return X509_NAME_add_entry_by_txt(
               name,
               "CN",
               MBSTRING_ASC,
               as_bytes(kCommonName).data(),
               static_cast<int>(kCommonName.size()),
               -1,
               0
           ) == 1 &&
           X509_set_issuer_name(certificate, name) == 1 &&
           // An hour back, because the clock of whoever connects first may be behind ours.
           X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != nullptr &&
           X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, nullptr) != nullptr;
}

}  // namespace

Result<Certificate> make_self_signed(const std::vector<std::string>& hosts, int days) {
    if (hosts.empty() || days < 1) {
        return invalid_input("a certificate needs at least one host and one day");
    }
    auto names = PROVISO_TRY(general_names(hosts));
    Key key(EVP_EC_gen("P-256"));
    X509Ptr certificate(X509_new());
    if (!key || !certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
        !set_serial(certificate.get()) || !set_names_and_times(certificate.get(), days) ||
        X509_set_pubkey(certificate.get(), key.get()) != 1 ||
        !add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") ||
        !add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature") ||
        !add_extension(certificate.get(), NID_ext_key_usage, "serverAuth") ||
        X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names.get(), 0, 0) != 1 ||
        X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) {
        return not_made();
    }
    BioPtr certificate_text(BIO_new(BIO_s_mem()));
    BioPtr key_text(BIO_new(BIO_s_secmem()));
    Digest fingerprint{};
    if (!certificate_text || !key_text ||
        PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(
            key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr
        ) != 1 ||
        X509_digest(certificate.get(), EVP_sha256(), fingerprint.data(), nullptr) != 1) {
        return not_made();
    }
    return Certificate{
        text_of(certificate_text.get()), text_of(key_text.get()), to_hex(fingerprint)};
}

}  // namespace proviso::crypto
