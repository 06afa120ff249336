#include "serve.h"

#include <csignal>
#include <iostream>

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/crypto/tls.h>

#include "house.h"
#include "works.h"

namespace proviso::app {

namespace fs = std::filesystem;

namespace {

bool is_loopback(std::string_view address) {
    return address == "localhost" || address == "::1" || address.starts_with("127.");
}

/// A certificate of one's own for anything but loopback, made once and kept.
Result<> ensure_certificate(Config& config) {
    if (!config.server.certificate.empty() || is_loopback(config.server.bind)) return {};
    auto folder = config.data / "tls";
    config.server.certificate = folder / "certificate.pem";
    config.server.private_key = folder / "private.key";
    if (fs::exists(config.server.certificate) && fs::exists(config.server.private_key)) return {};
    auto made = PROVISO_TRY(crypto::make_self_signed(config.server.hosts, 825));
    PROVISO_TRY(make_folders(folder, 0700));
    PROVISO_TRY(write_file_atomic(config.server.private_key, as_bytes(made.private_key_pem), 0600));
    PROVISO_TRY(write_file_atomic(config.server.certificate, as_bytes(made.certificate_pem), 0644));
    log_info("made a self-signed certificate, SHA-256 fingerprint {}", made.fingerprint_sha256);
    return {};
}

/// Printed once, to the terminal and nowhere else.
Result<> greet_first_admin(identity::Identity& identity) {
    if (!PROVISO_TRY(identity.empty())) return {};
    auto password = PROVISO_TRY(identity.create_first_admin("admin"));
    std::cout << "First start. Sign in as 'admin' with this one-time password: " << password
              << std::endl;
    return {};
}

/// What a scraper must send; short ones could be guessed.
Result<std::string> read_token(const fs::path& file) {
    constexpr std::size_t kLeast = 16;
    auto token = PROVISO_TRY(read_file(file, 4096).while_doing("read metrics.token_file"));
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
    if (token.size() < kLeast) {
        return invalid_input(
            "the token of the metrics is shorter than 16 characters",
            "make one with: openssl rand -hex 32"
        );
    }
    return token;
}

api::StorageHealth storage_of(const fs::path& folder) {
    struct statvfs info {};

    api::StorageHealth health;
    if (::statvfs(folder.c_str(), &info) == 0) {
        health.total_bytes = static_cast<std::uint64_t>(info.f_blocks) * info.f_frsize;
        health.free_bytes = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
    }
    return health;
}

/// Faces in a picture given for an enrolment, looked at in a vision worker.
Result<api::FacesFound> read_faces(
    vision::Pool& eyes, const Config& config, const law::Permit<law::Enrol>& permit, ByteView jpeg
) {
    vision::FaceReaderConfig reader;
    reader.embedder = config.face_model;
    reader.card_folder = config.models();
    reader.model_folder = config.models();
    auto read = PROVISO_TRY(eyes.read_faces(permit, jpeg, reader));
    if (read.width <= 0 || read.height <= 0 || read.templates.size() != read.faces.size()) {
        return Error(ErrorKind::Unavailable, "the picture could not be looked at", "try again");
    }
    auto width = static_cast<float>(read.width);
    auto height = static_cast<float>(read.height);
    api::FacesFound found;
    found.picture_width = read.width;
    for (std::size_t i = 0; i < read.faces.size(); ++i) {
        const auto& face = read.faces[i];
        behaviour::FaceView view;
        view.box = {face.x / width, face.y / height, face.width / width, face.height / height};
        view.score = face.score;
        view.yaw = face.yaw;
        view.sharpness = face.sharpness;
        view.light = face.light;
        view.embedding = std::move(read.templates[i]);
        found.faces.push_back(std::move(view));
    }
    return found;
}

/// As Prometheus samples: "notices_total{destination="...",result="sent"}".
std::vector<std::pair<std::string, double>> notice_figures(const alerts::Notifier& notifier) {
    std::vector<std::pair<std::string, double>> figures;
    for (const auto& one : notifier.health()) {
        auto add = [&](std::string_view result, std::uint64_t count) {
            figures.emplace_back(
                fmt::format("notices_total{{destination=\"{}\",result=\"{}\"}}", one.name, result),
                static_cast<double>(count)
            );
        };
        add("sent", one.sent);
        add("failed", one.failed);
        add("dropped", one.dropped);
        add("refused", one.refused);
        figures.emplace_back(
            fmt::format("notices_waiting{{destination=\"{}\"}}", one.name),
            static_cast<double>(one.waiting)
        );
    }
    return figures;
}

api::LiftRules lift_rules(const Config& config, alerts::Notifier& notifier) {
    api::LiftRules rules;
    rules.second_person = config.lifts.second_person;
    rules.longest = config.lifts.longest;
    rules.break_glass = config.lifts.break_glass;
    rules.raise_alarm = [&notifier](const law::Lift& lift) { notifier.break_glass(lift); };
    rules.told = [&notifier] { return notifier.health().size(); };
    return rules;
}

/// Blocks the ending signals in every thread made from now on; wait() takes one.
class EndSignal {
public:
    EndSignal() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGINT);
        sigaddset(&set_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
    }

    void wait() {
        int signal = 0;
        sigwait(&set_, &signal);
    }

private:
    sigset_t set_{};
};

}  // namespace

Result<> serve(Config config, const fs::path& program) {
    EndSignal end;
    PROVISO_TRY(ensure_certificate(config));
    auto house = PROVISO_TRY(House::open(std::move(config)));
    const auto& settings = house->config;
    PROVISO_TRY(greet_first_admin(*house->identity));

    auto works = PROVISO_TRY(Works::open(*house, program));

    api::ServerOptions web;
    web.bind = settings.server.bind;
    web.port = settings.server.port;
    web.web = settings.server.web;
    web.certificate = settings.server.certificate;
    web.private_key = settings.server.private_key;
    if (!settings.metrics_token_file.empty()) {
        web.metrics_token = PROVISO_TRY(read_token(settings.metrics_token_file));
    }
    api::Rooms rooms{
        *house->registers,
        *house->gate,
        *house->shelf,
        *house->counsel,
        *house->calendar,
        *house->identity,
        *house->approvals,
        *house->lifts,
        *house->ledger,
        *house->catalog,
        *works->player,
        *works->exporter,
        works->hub,
        *works->alerts,
        *house->recogniser,
        house->clock,
        settings.viewer_country,
        lift_rules(settings, *works->notifier),
        [&works] { return works->desk->health(); },
        [&settings] { return storage_of(settings.data); },
        [&works](const CameraId& camera) { return works->eyes->status(camera); },
        [&works, &settings](const law::Permit<law::Enrol>& permit, ByteView jpeg) {
            return read_faces(works->eyes->eyes(), settings, permit, jpeg);
        },
        [&works] { return notice_figures(*works->notifier); }};
    auto server = PROVISO_TRY(api::Server::open(std::move(web), std::move(rooms)));
    auto scheme = settings.server.certificate.empty() ? "http" : "https";
    auto host = settings.server.bind == "0.0.0.0" || settings.server.bind == "::"
                    ? settings.server.hosts.empty() ? "localhost" : settings.server.hosts.front()
                    : settings.server.bind;
    std::cout
        << fmt::format(
               "Proviso {} answers at {}://{}:{}/", PROVISO_VERSION, scheme, host, server->port()
           )
        << std::endl;

    end.wait();
    log_info("stopping");
    return {};
}

}  // namespace proviso::app
