#include "test_server.h"

#include <fstream>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/behaviour/finding.h>
#include <proviso/proof/checkpoint.h>

namespace proviso::api {

namespace {

template <class T>
T must(Result<T> result) {
    if (result) return *std::move(result);
    throw std::runtime_error(result.error().story() + " / " + result.error().next_step());
}

constexpr std::string_view kDocuments = R"(
kind: purpose
name: security
code: property_protection
basis: legitimate_interests
---
kind: site
name: berlin
jurisdictions: [DE]
sector: car_park
timezone: Europe/Berlin
storage_country: DE
controller: {name: Parkhaus, kind: private, country: DE}
---
kind: site
name: canary-site
jurisdictions: [DE]
sector: bank
timezone: Europe/Berlin
storage_country: DE
controller: {name: Canary Bank, kind: private, country: DE}
---
kind: camera
name: gate
site: berlin
purpose: security
main: {url: "rtsp://192.0.2.1/main"}
sub: {url: "rtsp://192.0.2.1/sub"}
---
kind: camera
name: canary-vault
site: canary-site
purpose: security
main: {url: "rtsp://192.0.2.2/main"}
---
kind: record
name: berlin-notice
record: notice
site: berlin
---
kind: record
name: canary-notice
record: notice
site: canary-site
)";

/// One face for each byte; the byte says whose.
Result<FacesFound> faces_in(ByteView jpeg) {
    FacesFound found;
    found.picture_width = 640;
    for (auto byte : jpeg) {
        behaviour::FaceView face;
        face.box = {0.4F, 0.4F, 0.2F, 0.2F};
        face.score = 0.95F;
        face.sharpness = 0.8F;
        face.light = 0.5F;
        face.embedding.assign(8, 0.F);
        face.embedding.at(byte % 8U) = 1;
        found.faces.push_back(std::move(face));
    }
    return found;
}

constexpr auto kPassword = "a long sentence only I know";

}  // namespace

ServerTest::ServerTest() {
    furnish();
    std::filesystem::create_directories(folder.path() / "web");
    std::ofstream(folder.path() / "web" / "index.html") << "<html></html>";
    serve_again();
    auto first = must(identity->create_first_admin("boss"));
    people["admin"] = sign_in("boss", first);
    for (const auto* role : {"viewer", "operator", "officer", "auditor"}) {
        people[role] = add_person(role, role);
    }
}

void ServerTest::serve_again() {
    ServerOptions options;
    options.port = 0;
    options.web = folder.path() / "web";
    options.metrics_token = kMetricsToken;
    server.reset();
    server = must(Server::open(options, rooms()));
}

ServerTest::~ServerTest() { server.reset(); }

void ServerTest::furnish() {
    auto path = folder.path();
    database = must(store::Database::open("sqlite:" + (path / "proviso.db").string()));
    keys::Unlock unlock;
    unlock.key_file = path / "master.key";
    keys = must(keys::KeyStore::open(path / "keys", unlock));
    must(keys->attach_ledger(ledger));
    registers = must(registers::Registers::open(*database, ledger, clock, [](const auto&, auto) {
        return std::string("sealed");
    }));
    must(registers->apply(kDocuments, {UserId::literal("u-test"), "test"}));
    for (const auto& file : record::test_pack_files()) {
        std::filesystem::create_directories((path / "packs" / file.name).parent_path());
        must(write_file_atomic(path / "packs" / file.name, as_bytes(file.content)));
    }
    publisher = crypto::SigningKey::from_seed(Bytes(32, 7)).value();
    law::ShelfOptions options;
    options.shipped = path / "packs";
    options.folder = path / "packs-in-force";
    options.publishers = {proof::verifier_key("test", publisher->public_key())};
    shelf = must(law::PackShelf::open(std::move(options), ledger, clock));
    lifts = must(law::Lifts::open(*database, ledger, clock));
    law::GateOptions gate_options;
    gate_options.clearances = lifts.get();
    gate = std::make_unique<law::Gate>(
        shelf->packs().in_force, *registers, ledger, clock, std::move(gate_options)
    );
    counsel = must(law::Counsel::open(*database, ledger, clock));
    calendar = must(law::CalendarLink::open(*database, ledger, clock));
    identity = must(identity::Identity::open(*database, ledger, clock, true));
    approvals = must(identity::Approvals::open(*database, ledger, clock, *identity));
    catalog = must(catalog::Catalog::open(*database));
    player = std::make_unique<playback::Player>(
        path / "recordings", *catalog, *keys, clock, veils.masking()
    );
    exporter = must(playback::Exporter::open(
        path / "recordings", path / "exports", *catalog, *keys, ledger, clock, veils.masking()
    ));
    hub = std::make_unique<live::Hub>(clock);
    alerts::AlertsOptions seen;
    seen.pictures = path / "pictures";
    seen.flush = std::chrono::milliseconds(20);
    recognise::RecogniserOptions faces;
    faces.model = "test-faces";
    faces.dimensions = 8;
    recogniser =
        must(recognise::Recogniser::open(*database, *keys, ledger, *registers, clock, faces));
    read_faces = faces_in;
    alerts = must(alerts::Alerts::open(seen, *database, *keys, ledger, clock));
}

Rooms ServerTest::rooms() {
    auto health = [this] {
        std::vector<CameraHealth> all;
        for (const auto* name : {"gate", "canary-vault"}) {
            CameraHealth one;
            one.camera = CameraId::literal(name);
            one.stream = "main";
            one.state = "recording";
            one.words = "Recording.";
            one.last_packet = clock.now();
            all.push_back(one);
        }
        return all;
    };
    return {
        *registers,
        *gate,
        *shelf,
        *counsel,
        *calendar,
        *identity,
        *approvals,
        *lifts,
        ledger,
        *catalog,
        *player,
        *exporter,
        *hub,
        *alerts,
        *recogniser,
        clock,
        "",
        lift_rules,
        health,
        [] {
            return StorageHealth{1000, 500};
        },
        [this](const CameraId& camera) { return analytics(camera); },
        [this](const law::Permit<law::Enrol>&, ByteView jpeg) { return read_faces(jpeg); },
        {}};
}

std::string ServerTest::origin() const {
    return fmt::format("http://127.0.0.1:{}", server->port());
}

Headers ServerTest::as(const Person& person) const {
    return {{"Origin", origin()}, {"Cookie", person.cookie}, {"X-Proviso-Csrf", person.csrf}};
}

Reply ServerTest::get(const std::string& role, std::string_view target) {
    return TestClient(server->port()).request("GET", target, as(role));
}

Reply ServerTest::send(
    const std::string& role,
    std::string_view method,
    std::string_view target,
    std::string_view body,
    std::string_view type
) {
    auto headers = as(role);
    headers.emplace_back("Content-Type", type);
    return TestClient(server->port()).request(method, target, headers, body);
}

Person ServerTest::sign_in(const std::string& login, const std::string& password) {
    TestClient client(server->port());
    Headers headers{{"Origin", origin()}, {"Content-Type", "application/json"}};
    auto reply = client.request(
        "POST", "/api/session", headers, Json{{"login", login}, {"password", password}}.dump()
    );
    if (reply.status != 200) throw std::runtime_error("sign-in: " + reply.body);
    auto set = reply.headers.at("set-cookie");
    auto document = reply.json();
    Person person{login, document["user"]["id"], set.substr(0, set.find(';')), document["csrf"]};
    if (!document["must_change_password"].get<bool>()) return person;
    headers = as(person);
    headers.emplace_back("Content-Type", "application/json");
    reply = client.request(
        "POST",
        "/api/session/password",
        headers,
        Json{{"old_password", password}, {"new_password", kPassword}}.dump()
    );
    if (reply.status != 200) throw std::runtime_error("password: " + reply.body);
    person.csrf = reply.json()["csrf"];
    return person;
}

Person ServerTest::add_person(
    const std::string& login, const std::string& role, const Json& cameras
) {
    Json body{{"login", login}, {"role", role}, {"cameras", cameras}};
    auto reply = send("admin", "POST", "/api/users", body.dump());
    if (reply.status != 201) throw std::runtime_error("add: " + reply.body);
    return sign_in(login, reply.json()["one_time_password"]);
}

std::unique_ptr<TestClient> ServerTest::live(
    const Person& person, std::string_view camera, Reply& reply, std::string_view what
) {
    auto client = std::make_unique<TestClient>(server->port());
    auto headers = as(person);
    headers.insert(
        headers.end(),
        {{"Connection", "Upgrade"},
         {"Upgrade", "websocket"},
         {"Sec-WebSocket-Version", "13"},
         {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}
    );
    reply = client->request("GET", fmt::format("/api/cameras/{}/{}", camera, what), headers);
    return client;
}

std::string ServerTest::sight(std::string_view camera, std::string_view rule) {
    auto where = CameraId::literal(camera);
    auto now = clock.now();
    alerts->configured(where, {"embedded", {}, {{std::string(rule), "intrusion", 0.5}}});
    behaviour::Observation seen;
    seen.wall = now;
    seen.activity = 0.25F;
    seen.looked = true;
    behaviour::TrackView person;
    person.id = ++findings_;
    person.kind = behaviour::ObjectClass::Person;
    person.box = {0.4F, 0.4F, 0.1F, 0.2F};
    person.score = 0.9F;
    person.confirmed = true;
    person.first_seen = now;
    person.colour = "red";
    seen.tracks = {person};
    alerts->observed(where, seen);
    behaviour::Finding finding;
    finding.id = findings_;
    finding.rule = rule;
    finding.kind = "intrusion";
    finding.zone = fmt::format("zone-of-{}", camera);
    finding.severity = "alert";
    finding.title = fmt::format("Person at {}", camera);
    finding.why = "A person stood there for 2 s.";
    finding.numbers = {{"seconds", 2.0}};
    finding.tracks = {person.id};
    finding.from = finding.to = now;
    finding.ended = true;
    alerts->found(where, finding);
    alerts->pictured(where, {now, {finding.id}, {person.id}, Bytes(300, 'J')});
    must(alerts->flush());
    alerts->closed(where, now);
    must(alerts->flush());
    alerts::ReviewQuery newest;
    newest.camera = where;
    newest.limit = 1;
    return must(alerts->reviews(newest)).items.at(0).id;
}

void ServerTest::apply(std::string_view yaml) {
    auto reply =
        send("admin", "POST", "/api/documents/apply?reason=testing", yaml, "application/yaml");
    ASSERT_EQ(reply.status, 200) << reply.body;
}

std::vector<Json> ServerTest::entries(std::string_view type) const {
    std::vector<Json> found;
    for (const auto& stored : must(ledger.read(0, ledger.size()))) {
        if (stored.entry.type == type) found.push_back(stored.entry.body);
    }
    return found;
}

std::string ServerTest::lift(const std::string& role, std::string_view camera) {
    law::LiftDraft draft;
    draft.cameras = {CameraId::literal(camera)};
    draft.user = must(UserId::parse(people.at(role).id));
    draft.reason = "testing";
    draft.exports = true;
    return must(lifts->begin(std::move(draft))).id;
}

void ServerTest::film(int pictures) {
    static const auto kCodec = [] {
        auto codec = std::make_shared<media::CodecParameters>();
        codec->width = 640;
        codec->height = 360;
        codec->decoder_config = {1, 0x4d, 0x40, 0x1f, 0xff, 0xe0, 0};
        codec->rfc6381 = "avc1.4d401f";
        return codec;
    }();
    for (int i = 0; i < pictures; ++i) {
        auto packet = std::make_shared<media::Packet>();
        packet->codec = kCodec;
        packet->key_frame = pictures_ % 25 == 0;
        packet->dts = packet->pts = std::int64_t{pictures_++} * 3600;
        packet->wall = clock.now();
        packet->mono = clock.monotonic();
        packet->data.assign(1000, 7);
        for (auto kind : {media::StreamKind::Main, media::StreamKind::Masked}) {
            hub->on_packet({CameraId::literal("gate"), kind}, packet);
        }
    }
}

}  // namespace proviso::api
