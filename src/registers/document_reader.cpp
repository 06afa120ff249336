#include "document_reader.h"

#include <cmath>

#include <fmt/format.h>

#include "analytics.h"
#include "document_part.h"

namespace proviso::registers {

namespace {

/// What record::kMaskedSuffix is, and room for it in a name of at most 63.
constexpr std::string_view kMaskedSuffix = "_masked";
constexpr std::size_t kLongestCameraName = 63 - kMaskedSuffix.size();

constexpr std::size_t kMostJurisdictions = 16;

Result<Controller> read_controller(DocumentPart reader) {
    Controller controller;
    controller.name = reader.human("name", "", kMostTitle);
    if (controller.name.empty()) {
        reader.read.fail("'name' is missing", "name the body that decides why people are recorded");
    }
    controller.kind = reader.word("kind", kControllerKinds);
    controller.country = reader.country("country");
    controller.exempt = reader.words("exempt", kControllerExempt);
    PROVISO_TRY(reader.read.finish());
    return controller;
}

Result<Document> read_site(DocumentPart reader, const std::string& name) {
    Site site;
    site.name = reader.id<SiteId>("name");
    site.title = reader.human("title", name, kMostTitle);
    site.jurisdictions = reader.read.texts_or_empty("jurisdictions");
    if (site.jurisdictions.empty() || site.jurisdictions.size() > kMostJurisdictions) {
        reader.read.fail("'jurisdictions' needs 1 to 16 codes", "write it as [US, US-IL]");
    }
    for (const auto& code : site.jurisdictions) {
        if (is_jurisdiction(code)) continue;
        reader.read.fail(
            "'jurisdictions' holds a code that ISO 3166 does not have",
            "write a country (FR), a state (US-IL) or a city we know (US-NY-NYC, US-OR-PDX)"
        );
    }
    site.sector = reader.word("sector", kSectors);
    site.capacity = reader.number("capacity", 0, 10'000'000);
    site.timezone = reader.read.text("timezone");
    if (!site.timezone.empty()) reader.apply("timezone", check_timezone(site.timezone));
    site.storage_country = reader.country("storage_country");
    if (reader.read.has("controller")) {
        site.controller = PROVISO_TRY(read_controller(reader.part("controller")));
    } else {
        reader.read.fail("'controller' is missing", "add 'controller' with name, kind, country");
    }
    PROVISO_TRY(reader.read.finish());
    return Document(std::move(site));
}

Result<Space> read_space(DocumentPart reader) {
    Space space;
    space.kind = reader.word_if_given("kind", kSpaceKinds);
    space.entrances = reader.number("entrances", 0, 10'000);
    space.staff_present = reader.flag("staff_present");
    space.minors_expected = reader.flag("minors_expected");
    space.overlooks = reader.words("overlooks", kOverlooks);
    PROVISO_TRY(reader.read.finish());
    return space;
}

Result<CameraStream> read_stream(DocumentPart reader) {
    CameraStream stream;
    stream.url = reader.read.text("url");
    if (!stream.url.empty()) reader.apply("url", check_camera_url(stream.url));
    stream.transport = reader.read.one_of_or("transport", {"tcp", "udp"}, "tcp");
    if (stream.transport == "udp" && !stream.url.starts_with("rtsp://")) {
        reader.read.fail("'transport' may be udp for rtsp:// only", "write transport: tcp");
    }
    PROVISO_TRY(reader.read.finish());
    return stream;
}

PasswordWish read_password(DocumentPart& reader) {
    PasswordWish wish;
    if (reader.read.has("password")) {
        wish.given = reader.human("password", "", kMostWord);
        if (wish.given.empty()) reader.read.fail("'password' is empty", "remove it");
    }
    wish.set = reader.read.boolean_or("password_set", false);
    if (!wish.given.empty()) wish.set = true;
    return wish;
}

Result<Document> read_camera(DocumentPart reader, const std::string& name) {
    CameraDocument document;
    auto& camera = document.camera;
    camera.name = reader.id<CameraId>("name");
    // Its keys and those of a masked archive stand side by side under names.
    if (camera.name.text().ends_with(kMaskedSuffix) ||
        camera.name.text().size() > kLongestCameraName) {
        reader.read.fail(
            "a camera's name has at most 56 characters and does not end with '_masked'",
            "choose another name"
        );
    }
    camera.site = reader.id<SiteId>("site");
    camera.title = reader.human("title", name, kMostTitle);
    camera.purpose = reader.id<PurposeId>("purpose");
    if (reader.read.has("main")) {
        camera.main = PROVISO_TRY(read_stream(reader.part("main")));
    } else {
        reader.read.fail("'main' is missing", "add main: {url: rtsp://host/path}");
    }
    if (reader.read.has("sub")) camera.sub = PROVISO_TRY(read_stream(reader.part("sub")));
    camera.user = reader.human("user", "", kMostWord);
    if (camera.user.find(':') != std::string::npos) {
        reader.read.fail("'user' holds a ':'", "give the user name alone");
    }
    document.password = read_password(reader);
    if (document.password.set && camera.user.empty()) {
        reader.read.fail("a password without a user", "add 'user'");
    }
    camera.accept_any_certificate = reader.read.boolean_or("accept_any_certificate", false);
    if (reader.read.has("space")) camera.space = PROVISO_TRY(read_space(reader.part("space")));
    camera.subjects = reader.words("subjects", kSubjects);
    camera.audio = reader.flag("audio");
    camera.ptz = reader.flag("ptz");
    camera.mobile = reader.flag("mobile");
    camera.masks = reader.words("masks", kMasks);
    camera.onboard_analytics = reader.words("onboard_analytics", kAnalytics);
    camera.footage_days = reader.number("footage_days", 1, 3650);
    camera.max_bytes = reader.number("max_bytes", 1'000'000, std::int64_t{1} << 60U);
    if (reader.read.has("masked_archive")) {
        auto part = reader.part("masked_archive");
        camera.masked_days = part.number("days", 1, 3650);
        if (!camera.masked_days) part.read.fail("'days' is missing", "say how many, e.g. 30");
        PROVISO_TRY(part.read.finish());
    }
    camera.enabled = reader.read.boolean_or("enabled", true);
    if (reader.read.has("analytics")) {
        camera.analytics = PROVISO_TRY(read_analytics(reader.part("analytics")));
    }
    PROVISO_TRY(reader.read.finish());
    return Document(std::move(document));
}

Result<Document> read_purpose(DocumentPart reader) {
    Purpose purpose;
    purpose.name = reader.id<PurposeId>("name");
    purpose.code = reader.word("code", kPurposeCodes);
    purpose.basis = reader.word("basis", kPurposeBases);
    purpose.goal = reader.word_if_given("goal", kPurposeGoals).value_or("");
    purpose.text = reader.human("text", "", kMostText, Lines::Many);
    PROVISO_TRY(reader.read.finish());
    return Document(std::move(purpose));
}

/// "all", or a share from 0 to 1 in millionths, so that it can be written exactly.
Json read_covers(DocumentPart& reader) {
    const auto& given = reader.read.member("covers");
    if (given == "all") return "all";
    if (given.is_number()) {
        auto share = given.get<double>();
        if (share >= 0 && share <= 1) return std::floor(share * 1e6 + 1e-6) / 1e6;
    }
    reader.read.fail("'covers' is neither 'all' nor a share from 0 to 1", "write covers: 0.85");
    return nullptr;
}

Result<Document> read_record(DocumentPart reader, const std::string& name) {
    Record record;
    if (!is_slug(name)) {
        reader.read.fail("'name' is not valid", "use 1 to 63 of a-z, 0-9, '-' and '_'");
    }
    record.name = name;
    record.kind = reader.word("record", kRecordKinds);
    if (reader.read.has("site")) record.site = reader.id<SiteId>("site");
    if (reader.read.has("camera")) record.camera = reader.id<CameraId>("camera");
    record.valid_from = reader.day("valid_from");
    record.valid_until = reader.day("valid_until");
    if (record.valid_from && record.valid_until && *record.valid_until < *record.valid_from) {
        reader.read.fail("'valid_until' lies before 'valid_from'");
    }
    if (reader.read.has("covers")) record.fields["covers"] = read_covers(reader);
    for (const auto* key : {"entrances", "age_days"}) {
        if (auto number = reader.number(key, 0, 1'000'000)) record.fields[key] = *number;
    }
    for (const auto* key : {"question", "entity"}) {
        if (!reader.read.has(key)) continue;
        auto text = reader.human(key, "", kMostWord);
        if (text.empty()) reader.read.fail(fmt::format("'{}' is empty", key), "remove it");
        record.fields[key] = text;
    }
    if (reader.read.has("subject")) {
        record.subject = reader.read.text("subject");
        if (!is_slug(record.subject)) {
            reader.read.fail(
                "'subject' is not a pseudonymous id", "use something like p-7f3a9c, never a name"
            );
        }
    }
    record.text = reader.human("text", "", kMostText, Lines::Many);
    record.withdrawn = reader.read.boolean_or("withdrawn", false);
    PROVISO_TRY(reader.read.finish());
    return Document(std::move(record));
}

}  // namespace

Result<Document> read_document(const Json& json, std::string_view where) {
    ObjectReader head(json, std::string(where));
    auto kind = head.one_of("kind", {"site", "camera", "purpose", "record"});
    auto name = head.text("name");
    // Only what these two say: the rest is read below.
    if (!json.is_object() || !head.has("kind") || !head.has("name") || name.empty()) {
        if (json.is_object() && head.has("name")) head.fail("'name' is empty", "give a name");
        PROVISO_TRY(head.finish());
    }
    auto called = is_slug(name) ? fmt::format("{} ({} '{}')", where, kind, name)
                                : fmt::format("{} ({})", where, kind);
    DocumentPart reader(json, std::move(called));
    reader.read.text("kind");
    reader.read.text("name");
    if (kind == "site") return read_site(std::move(reader), name);
    if (kind == "camera") return read_camera(std::move(reader), name);
    if (kind == "purpose") return read_purpose(std::move(reader));
    if (kind == "record") return read_record(std::move(reader), name);
    PROVISO_TRY(head.finish());
    return Error(ErrorKind::Internal, "a kind of document without a reader");
}

}  // namespace proviso::registers
