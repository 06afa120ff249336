#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <proviso/crypto/tls.h>

#include "foundation.h"

namespace proviso::crypto {
namespace {

using X509Ptr = Owned<X509, X509_free>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using BioPtr = Owned<BIO, BIO_free_all>;

BioPtr bio_of(const std::string& text) {
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

TEST(SelfSigned, IsValidForItsHostsAndNoOther) {
    auto made = make_self_signed({"cameras.example.org", "192.0.2.7", "2001:db8::7"}, 30).value();
    X509Ptr certificate(
        PEM_read_bio_X509(bio_of(made.certificate_pem).get(), nullptr, nullptr, nullptr)
    );
    ASSERT_TRUE(certificate);
    EXPECT_EQ(X509_check_host(certificate.get(), "cameras.example.org", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.7", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "2001:db8::7", 0), 1);
    EXPECT_EQ(X509_check_host(certificate.get(), "example.org", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.8", 0), 0);
    EXPECT_EQ(X509_check_ca(certificate.get()), 0);
    EXPECT_EQ(made.fingerprint_sha256.size(), 64U);
}

TEST(SelfSigned, IsSignedByTheKeyThatComesWithIt) {
    auto made = make_self_signed({"localhost"}, 1).value();
    X509Ptr certificate(
        PEM_read_bio_X509(bio_of(made.certificate_pem).get(), nullptr, nullptr, nullptr)
    );
    Key key(PEM_read_bio_PrivateKey(bio_of(made.private_key_pem).get(), nullptr, nullptr, nullptr));
    ASSERT_TRUE(certificate && key);
    EXPECT_EQ(X509_verify(certificate.get(), key.get()), 1);
    EXPECT_EQ(X509_check_private_key(certificate.get(), key.get()), 1);
    EXPECT_LT(X509_cmp_current_time(X509_get0_notBefore(certificate.get())), 0);
    EXPECT_GT(X509_cmp_current_time(X509_get0_notAfter(certificate.get())), 0);
}

TEST(SelfSigned, IsNeverTheSameTwice) {
    auto one = make_self_signed({"localhost"}, 1).value();
    auto two = make_self_signed({"localhost"}, 1).value();
    EXPECT_NE(one.private_key_pem, two.private_key_pem);
    EXPECT_NE(one.fingerprint_sha256, two.fingerprint_sha256);
}

TEST(SelfSigned, RefusesWhatIsNoHost) {
    EXPECT_FALSE(make_self_signed({}, 1));
    EXPECT_FALSE(make_self_signed({"localhost"}, 0));
    for (auto host : {"", "a b", "DNS:evil", "a,b", "http://x"}) {
        auto refused = make_self_signed({"localhost", host}, 1);
        ASSERT_FALSE(refused) << host;
        EXPECT_EQ(refused.error().kind(), ErrorKind::InvalidInput);
    }
}

}  // namespace
}  // namespace proviso::crypto
