#include <fstream>

#include <gtest/gtest.h>

#include <proviso/base/file.h>

#include "document_reader.h"
#include "field_rules.h"

namespace proviso::registers {

namespace {

Error error_of(const std::string& yaml) {
    auto parsed = parse_yaml_document(yaml);
    if (!parsed) return parsed.error();
    auto read = read_document(*parsed, "document 1");
    if (!read) return read.error();
    return {ErrorKind::Internal, "it was accepted"};
}

const std::string kSiteHead =
    "kind: site\nname: s\nsector: retail\ntimezone: UTC\nstorage_country: FR\n";
const std::string kSiteBody =
    "jurisdictions: [FR]\ncontroller: {name: C, kind: private, country: FR}\n";
const std::string kCameraHead = "kind: camera\nname: c\nsite: s\npurpose: p\n";

std::string with_url(const std::string& url) {
    return kCameraHead + "main: {url: \"" + url + "\"}\n";
}

Json round_trip(const Json& document) {
    auto yaml = to_document_yaml(document);
    auto parsed = parse_yaml_document(yaml);
    EXPECT_TRUE(parsed) << yaml;
    auto read = read_document(*parsed, "document 1");
    EXPECT_TRUE(read) << yaml << (read ? "" : read.error().story());
    if (!read) return nullptr;
    return std::visit(
        [](const auto& one) {
            if constexpr (std::is_same_v<std::decay_t<decltype(one)>, CameraDocument>) {
                return to_json(one.camera);
            } else {
                return to_json(one);
            }
        },
        *read
    );
}

}  // namespace

TEST(Document, OffersTheNearestName) {
    struct Slip {
        std::string yaml;
        std::string said;
        std::string offered;
    };

    for (const auto& [yaml, said, offered] : std::vector<Slip>{
             {"kind: camra\nname: c\n", "'kind' may be", "did you mean 'camera'?"},
             {kSiteHead + kSiteBody + "capasity: 3\n", "capasity", "did you mean 'capacity'?"},
             {"kind: site\nname: s\nsector: retial\n" + kSiteBody,
              "'sector' may be",
              "did you mean 'retail'?"},
             {kCameraHead + "main: {url: 'rtsp://h/x', transprt: udp}\n",
              "main: unknown key 'transprt'",
              "did you mean 'transport'?"},
             {kCameraHead + "main: {url: 'rtsp://h/x'}\nsubjects: [publik]\n",
              "'subjects' may hold",
              "did you mean 'public'?"},
             {"kind: record\nname: r\nrecord: notise\n",
              "'record' may be",
              "did you mean 'notice'?"},
             {"kind: purpose\nname: p\ncode: theft\nbasis: legitimate_interest\n",
              "'code' may be",
              ""}}) {
        auto error = error_of(yaml);
        EXPECT_EQ(error.kind(), ErrorKind::InvalidInput);
        EXPECT_NE(error.story().find(said), std::string::npos) << error.story();
        EXPECT_EQ(error.next_step(), offered) << error.story();
    }
}

TEST(Document, NamesTheDocumentAndTheField) {
    auto error = error_of(
        kSiteHead + "jurisdictions: [UK]\ncontroller: {name: C, kind: private, country: FR}\n"
    );
    EXPECT_NE(error.story().find("document 1 (site 's')"), std::string::npos) << error.story();
    EXPECT_NE(error.story().find("'jurisdictions'"), std::string::npos);
}

TEST(Document, RefusesWhatIsMissingOrOfTheWrongType) {
    for (const auto& yaml : std::vector<std::string>{
             "just text",
             "[1, 2]",
             "{}",
             "kind: site",
             "kind: site\nname: ''",
             "kind: site\nname: Upper",
             "kind: site\nname: [a]",
             "kind: 5\nname: a",
             "kind: record\nname: ../../etc\nrecord: notice",
             kSiteHead,
             kSiteHead + "jurisdictions: FR\ncontroller: {name: C, kind: private, country: FR}\n",
             kSiteHead + "jurisdictions: []\ncontroller: {name: C, kind: private, country: FR}\n",
             kSiteHead + "jurisdictions: [FR]\ncontroller: text\n",
             kSiteHead + "jurisdictions: [FR]\ncontroller: {name: C, kind: private, country: fr}\n",
             kSiteHead + "jurisdictions: [FR]\ncontroller: {kind: private, country: FR}\n",
             kSiteHead + kSiteBody + "capacity: many\n",
             kSiteHead + kSiteBody + "capacity: -1\n",
             kSiteHead + kSiteBody + "capacity: 1.5\n",
             kSiteHead + kSiteBody + "capacity: 99999999999999999999999\n",
             kCameraHead,
             kCameraHead + "main: rtsp://h/x\n",
             kCameraHead + "main: {url: 'rtsp://h/x'}\naudio: perhaps\n",
             kCameraHead + "main: {url: 'rtsp://h/x'}\nfootage_days: 0\n",
             kCameraHead + "main: {url: 'rtsp://h/x'}\nfootage_days: 4000\n",
             kCameraHead + "main: {url: 'rtsp://h/x'}\nsubjects: [public, public]\n",
             kCameraHead + "main: {url: 'rtsps://h/x', transport: udp}\n",
             kCameraHead + "main: {url: 'rtsp://h/x'}\nuser: 'a:b'\n",
             "kind: record\nname: r\nrecord: notice\ncovers: 1.5\n",
             "kind: record\nname: r\nrecord: notice\ncovers: most\n",
             "kind: record\nname: r\nrecord: notice\nvalid_from: tomorrow\n",
             "kind: record\nname: r\nrecord: notice\nvalid_from: 2026-02-30\n",
             "kind: record\nname: r\nrecord: notice\nvalid_from: 2027-01-01\nvalid_until: "
             "2026-01-01\n",
             "kind: record\nname: r\nrecord: consent\nsubject: Anna Schmidt\n",
             "kind: record\nname: r\nrecord: notice\nentrances: two\n"}) {
        EXPECT_EQ(error_of(yaml).kind(), ErrorKind::InvalidInput) << yaml;
    }
}

TEST(Document, KeepsTextAsItIsButNoControlCharacters) {
    for (const auto* title :
         {"<script>alert(1)</script>",
          "'; DROP TABLE documents; --",
          "Einfahrt \xC3\x9C"
          "berwachung",
          "\xE5\x85\xA5\xE5\x8F\xA3 \xF0\x9F\x93\xB7",
          "\xD8\xA7\xD9\x84\xD9\x85\xD8\xAF\xD8\xAE\xD9\x84",
          "a: b # c",
          "- x",
          "true",
          "12",
          "null",
          "!tag &anchor *alias",
          "{a: b}",
          " leading and trailing ",
          "\\n is not a line end",
          "quote \" and '",
          "%YAML 1.2",
          "..."}) {
        Site site;
        site.name = SiteId::literal("s");
        site.title = title;
        site.jurisdictions = {"FR"};
        site.sector = "retail";
        site.timezone = "UTC";
        site.storage_country = "FR";
        site.controller = {title, "private", "FR", std::nullopt};
        EXPECT_EQ(round_trip(to_json(site)), to_json(site)) << title;
    }
    for (const auto* title :
         {"\"a\\u0000b\"",
          "\"a\\nb\"",
          "\"a\\u001bb\"",
          "\"\\u202Egpj\"",
          "\"\\u2066x\"",
          "\"a\\u0085b\""}) {
        auto error = error_of(kSiteHead + kSiteBody + "title: " + title + "\n");
        EXPECT_NE(error.story().find("control character"), std::string::npos)
            << title << " " << error.story();
    }
    auto longest = kSiteHead + kSiteBody + "title: " + std::string(201, 'x') + "\n";
    EXPECT_NE(error_of(longest).story().find("longer than 200"), std::string::npos);
}

TEST(Document, TakesTextOfManyLinesWhereItIsProse) {
    Purpose purpose{
        PurposeId::literal("p"), "evidence", "public_task", "", "one\n\ttwo: 3\n\n- x\n"};
    EXPECT_EQ(round_trip(to_json(purpose)), to_json(purpose));
}

TEST(Document, GivesBackAnyShareAsItWas) {
    for (int millionth = 0; millionth <= 1'000'000; millionth += 997) {
        Record record;
        record.name = "r";
        record.kind = "consent";
        record.fields["covers"] = millionth / 1e6;
        EXPECT_EQ(digest_of(round_trip(to_json(record))), digest_of(to_json(record))) << millionth;
    }
    Record whole;
    whole.name = "r";
    whole.kind = "consent";
    whole.fields["covers"] = "all";
    EXPECT_EQ(round_trip(to_json(whole)), to_json(whole));
}

TEST(Document, AMaskedArchiveHasDaysAndIsGivenBackAsItWas) {
    auto camera = with_url("rtsp://h/x");
    auto read =
        read_document(*parse_yaml_document(camera + "masked_archive: {days: 30}\n"), "document 1");
    ASSERT_TRUE(read) << read.error().story();
    const auto& given = std::get<CameraDocument>(*read).camera;
    EXPECT_EQ(given.masked_days, 30);
    EXPECT_EQ(round_trip(to_json(given)), to_json(given));
    for (const auto* slip : {"{}", "{days: 0}", "{days: 30, hours: 1}", "30"}) {
        EXPECT_EQ(
            error_of(camera + "masked_archive: " + slip + "\n").kind(), ErrorKind::InvalidInput
        ) << slip;
    }
}

TEST(Document, NoCameraHasTheNameUnderWhichTheKeysOfAMaskedArchiveStand) {
    auto named = [](const std::string& name) {
        return error_of(
            "kind: camera\nname: " + name + "\nsite: s\npurpose: p\nmain: {url: \"rtsp://h/x\"}\n"
        );
    };
    EXPECT_EQ(named("gate_masked").kind(), ErrorKind::InvalidInput);
    EXPECT_EQ(named(std::string(57, 'a')).kind(), ErrorKind::InvalidInput);
    EXPECT_EQ(named(std::string(56, 'a')).message(), "it was accepted");
    EXPECT_EQ(named("masked").message(), "it was accepted");
}

TEST(Document, QuotesANameThatLooksLikeANumber) {
    Purpose purpose{PurposeId::literal("12"), "evidence", "public_task", "", ""};
    EXPECT_EQ(round_trip(to_json(purpose)), to_json(purpose));
}

TEST(Document, RefusesBombs) {
    std::string deep = "kind: site\nname: s\nx: ";
    for (int i = 0; i < 5000; ++i) deep += "[";
    EXPECT_NE(error_of(deep).message(), "it was accepted");
    EXPECT_EQ(error_of(std::string(2U << 20U, 'a')).kind(), ErrorKind::TooLarge);
    std::string wide = "kind: site\nname: s\nx: [";
    for (int i = 0; i < 150'000; ++i) wide += "1,";
    EXPECT_EQ(error_of(wide + "1]").kind(), ErrorKind::TooLarge);
    EXPECT_NE(error_of("a: &x 1\nb: *x\n").message(), "it was accepted");
    EXPECT_NE(error_of(kSiteHead + "name: twice\n").message(), "it was accepted");
    EXPECT_NE(error_of("!!python/object/apply:os.system ['id']").message(), "it was accepted");
}

TEST(CameraUrl, AcceptsWhatCamerasHave) {
    for (const auto* url :
         {"rtsp://192.168.1.20/stream1",
          "rtsp://cam.example:8554/Streaming/Channels/101?transportmode=unicast",
          "rtsps://[fe80::1]:322/live",
          "rtsp://cam-1.local/onvif/profile@1/media.smp",
          "rtsp://h",
          "rtsp://h/user=&channel=1",
          "file:///srv/footage/a%20b.mp4"}) {
        auto problem = check_camera_url(url);
        EXPECT_FALSE(problem) << url << " " << problem->what;
    }
}

TEST(CameraUrl, RefusesCredentialsWithoutRepeatingThem) {
    for (const auto* url :
         {"rtsp://admin:hunter2@10.0.0.5/main",
          "rtsp://admin@10.0.0.5/main",
          "rtsp://10.0.0.5/user=admin&password=hunter2&channel=1",
          "rtsp://10.0.0.5/live?user=admin&PWD=hunter2"}) {
        auto error = error_of(with_url(url));
        EXPECT_NE(error.story().find("credentials"), std::string::npos) << error.story();
        EXPECT_EQ(error.story().find("hunter2"), std::string::npos);
        EXPECT_NE(error.next_step().find("'user' and 'password'"), std::string::npos);
    }
}

TEST(CameraUrl, RefusesEverythingElse) {
    for (const auto* url : {"http://10.0.0.5/", "concat:/etc/passwd",
                            "/dev/video0",      "file://server/share/x",
                            "file:///",         "file:///srv/../etc/passwd",
                            "rtsp://",          "rtsp:///path",
                            "rtsp://h:0/x",     "rtsp://h:65536/x",
                            "rtsp://h:abc/x",   "rtsp://h h/x",
                            "rtsp://h/x\\ny",   "rtsp://-h/x",
                            "rtsp://h/`id`",    "RTSP://h/x",
                            "rtsp://h/#x",      "javascript:alert(1)",
                            "rtsp://[::1/x",    "rtsp://h:554:554/x",
                            "rtsp://h/\xC3\xA9"}) {
        EXPECT_TRUE(check_camera_url(url)) << url;
    }
    EXPECT_TRUE(check_camera_url("rtsp://h/" + std::string(2000, 'a')));
    EXPECT_TRUE(check_camera_url(std::string("rtsp://h/\0x", 11)));
}

TEST(CameraUrl, KnowsWhoWouldGetThePassword) {
    EXPECT_EQ(authority_of("rtsp://CAM.local/x"), "rtsp://cam.local:554");
    EXPECT_EQ(authority_of("rtsp://cam.local:554/y?z"), "rtsp://cam.local:554");
    EXPECT_EQ(authority_of("rtsps://[::1]/x"), "rtsps://[::1]:322");
    EXPECT_NE(authority_of("rtsp://cam.local:8554/x"), authority_of("rtsp://cam.local/x"));
}

TEST(Timezone, IsOneOfTheDatabase) {
    for (const auto* name : {"Europe/Berlin", "America/Argentina/Ushuaia", "UTC", "Etc/GMT+5"}) {
        EXPECT_FALSE(check_timezone(name)) << name;
    }
    for (const auto* name :
         {"",
          "Europe/Berlinn",
          "../../../etc/passwd",
          "/etc/localtime",
          "Europe",
          "europe/berlin",
          "zone.tab",
          "posixrules/..",
          "Europe/../UTC"}) {
        EXPECT_TRUE(check_timezone(name)) << name;
    }
}

TEST(HumanText, IsUtf8) {
    for (const auto* bytes :
         {"\x80", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"}) {
        auto problem = check_human_text(bytes, 100, Lines::One);
        ASSERT_TRUE(problem);
        EXPECT_EQ(problem->what, "is not valid UTF-8");
    }
    EXPECT_FALSE(check_human_text("\xF0\x9F\x93\xB7", 1, Lines::One));
}

}  // namespace proviso::registers
