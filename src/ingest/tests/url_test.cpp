#include "url.h"

#include <gtest/gtest.h>

namespace proviso::ingest {
namespace {

TEST(Url, SplitsCredentialsOffAndNeverShowsThem) {
    auto split = split_url("rtsp://admin:s%40cret:x@cam-1.local:8554/Streaming/Channels/101?a=b");
    ASSERT_TRUE(split);
    EXPECT_EQ(split->url, "rtsp://cam-1.local:8554/Streaming/Channels/101?a=b");
    EXPECT_EQ(split->user, "admin");
    EXPECT_EQ(split->password.view(), "s@cret:x");
    // a bare '@' in the password, as people write it
    split = split_url("rtsp://u:p@ss@10.0.0.1/x");
    ASSERT_TRUE(split);
    EXPECT_EQ(split->url, "rtsp://10.0.0.1/x");
    EXPECT_EQ(split->password.view(), "p@ss");
    for (const auto* bad :
         {"rtsp://hunter2:hunter2@/x",
          "http://hunter2:hunter2@host/",
          "rtsp://hunter2@ho st/",
          "rtsp://hunter2:hunter2@host:99999/",
          "rtsp://hunter2:%zz@host/"}) {
        auto refused = split_url(bad);
        ASSERT_FALSE(refused) << bad;
        EXPECT_EQ(refused.error().kind(), ErrorKind::InvalidInput);
        EXPECT_EQ(refused.error().story().find("hunter2"), std::string::npos);
        EXPECT_EQ(refused.error().next_step().find("hunter2"), std::string::npos);
    }
}

TEST(Url, KnowsHostsPortsAndFiles) {
    EXPECT_EQ(parse_url("rtsp://cam/x")->port, 554);
    EXPECT_EQ(parse_url("RTSPS://cam/x")->port, 322);
    auto six = parse_url("rtsp://[fe80::1%25eth0]:5554/x");
    ASSERT_TRUE(six);
    EXPECT_EQ(six->port, 5554);
    EXPECT_EQ(parse_url("rtsp://[::1]/x")->host, "::1");
    EXPECT_EQ(parse_url("file:///var/lib/a%20b.mp4")->path, "/var/lib/a b.mp4");
    EXPECT_EQ(parse_url("rtsp://h")->request, "rtsp://h");
}

TEST(Url, RefusesWhatCouldEndARequestLineOrIsNoAddress) {
    for (const auto* bad :
         {"",
          "rtsp",
          "rtsp://",
          "rtsp:///x",
          "rtsp://h\r\nEvil: 1/",
          "rtsp://h/\x01",
          "ftp://h/x",
          "rtsp://h:0/",
          "rtsp://h:-1/",
          "rtsp://[::1/",
          "rtsp://[::1]x/",
          "rtsp://a\"b/",
          "file://host/x",
          "file:///",
          "rtsp://u:p%00q@h/"}) {
        EXPECT_FALSE(split_url(bad)) << bad;
    }
    EXPECT_FALSE(split_url("rtsp://h/" + std::string(3000, 'a')));
    EXPECT_FALSE(parse_url("rtsp://u:p@h/"));
}

TEST(SecretText, IsGoneAfterAMove) {
    SecretText a("secret");
    SecretText b(std::move(a));
    EXPECT_EQ(b.view(), "secret");
    a = b.copy();
    EXPECT_EQ(a.view(), "secret");
    b = SecretText();
    EXPECT_TRUE(b.empty());
}

}  // namespace
}  // namespace proviso::ingest
