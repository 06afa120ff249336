#include "camera_desk.h"

#include <proviso/base/log.h>
#include <proviso/crypto/encode.h>

namespace proviso::app {

using std::chrono::seconds;

namespace {

constexpr seconds kTend{1};
constexpr seconds kRetry{5};
constexpr seconds kRenew{60};

/// True if the running streams no longer fit what is on record.
bool must_reopen(const registers::Camera& was, const registers::Camera& is) {
    auto sub_url = [](const registers::Camera& camera) {
        return camera.sub ? camera.sub->url + ' ' + camera.sub->transport : std::string();
    };
    return was.main.url != is.main.url || was.main.transport != is.main.transport ||
           sub_url(was) != sub_url(is) || was.user != is.user ||
           was.sealed_password != is.sealed_password ||
           was.accept_any_certificate != is.accept_any_certificate ||
           was.masked_days.has_value() != is.masked_days.has_value();
}

media::StreamKey main_of(const CameraId& camera) { return {camera, media::StreamKind::Main}; }

media::StreamKey masked_of(const CameraId& camera) { return {camera, media::StreamKind::Masked}; }

media::StreamKey sub_of(const CameraId& camera) { return {camera, media::StreamKind::Sub}; }

}  // namespace

void PacketFan::on_packet(const media::StreamKey& stream, media::PacketPtr packet) {
    hub_.on_packet(stream, packet);
    eyes_.on_packet(stream, packet);
    veils_.on_packet(stream, packet);
    if (stream.kind == media::StreamKind::Main) recorder_.on_packet(stream, std::move(packet));
}

void PacketFan::on_sound(const media::StreamKey& stream, media::SoundPtr sound) {
    recorder_.on_sound(stream, std::move(sound));
}

void PacketFan::on_source_state(
    const media::StreamKey& stream, const ingest::SourceStatus& status
) {
    if (stream.kind == media::StreamKind::Main && status.state == ingest::SourceState::Waiting) {
        recorder_.interrupted(stream, "camera_lost", status.cause);
        recorder_.interrupted(masked_of(stream.camera), "camera_lost", status.cause);
    }
}

CameraDesk::CameraDesk(House& house, ingest::Pool& pool, record::Recorder& recorder, live::Hub& hub)
    : house_(house), pool_(pool), recorder_(recorder), hub_(hub) {
    house_.registers->on_change([this](const registers::SnapshotPtr&) { wake_.push(0); });
    recorder_.on_refused([this](const media::StreamKey&, const law::Refusal&) { wake_.push(0); });
    house_.gate->on_revoked([this](const CameraId&, const law::Refusal&) { wake_.push(0); });
    worker_ = Worker("camera-desk", [this](const std::stop_token& stop) { run(stop); });
}

CameraDesk::~CameraDesk() {
    worker_.stop();
    desks_.with([this](auto& desks) {
        for (auto& [id, desk] : desks) shut(desk, "stopped", "the server was stopped");
    });
}

void CameraDesk::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        tend_all();
        wake_.pop_for(stop, kTend);
    }
}

void CameraDesk::tend_all() {
    auto snapshot = house_.registers->snapshot();
    auto now = house_.clock.monotonic();
    desks_.with([&](auto& desks) {
        for (auto it = desks.begin(); it != desks.end();) {
            if (snapshot->cameras.contains(it->first)) {
                ++it;
                continue;
            }
            shut(it->second, "", "the camera was removed");
            hub_.remove(main_of(it->first));
            hub_.remove(sub_of(it->first));
            hub_.remove({it->first, media::StreamKind::Masked});
            it = desks.erase(it);
        }
        for (const auto& [id, camera] : snapshot->cameras) {
            auto& desk = desks[id];
            if (desk.running && must_reopen(desk.camera, camera)) {
                shut(desk, "reconfigured", "the camera's streams were changed");
            }
            desk.camera = camera;
            tend(desk, now, snapshot->version);
        }
    });
}

void CameraDesk::tend(Desk& desk, MonoTime now, std::uint64_t version) {
    if (!desk.camera.enabled) {
        if (desk.running || desk.state != "off") shut(desk, "switched_off", "switched off");
        desk.state = "off";
        desk.words = "This camera is switched off.";
        return;
    }
    if (desk.running) {
        renew(desk, now, version);
        return;
    }
    // Asking is cheap, and a fact may have changed since the last answer.
    if (now < desk.retry_after) return;
    desk.retry_after = now + kTend;
    desk.asked_with = version;
    if (auto opened = open(desk, now); !opened) {
        desk.state = "waiting";
        desk.words = opened.error().story();
        desk.retry_after = now + kRetry;
        log_error("camera {}: {}", desk.camera.name.text(), opened.error().story());
    }
}

Result<> CameraDesk::open(Desk& desk, MonoTime now) {
    const auto& camera = desk.camera;
    auto asked = PROVISO_TRY(house_.gate->ask(law::Capture{camera.name}));
    if (auto* refusal = std::get_if<law::Refusal>(&asked)) {
        refuse(desk, refusal->words());
        return {};
    }
    auto permit = std::get<law::Permit<law::Capture>>(std::move(asked));

    auto source = [&](media::StreamKind kind, const registers::CameraStream& stream) {
        ingest::SourceSpec spec;
        spec.stream = {camera.name, kind};
        spec.url = stream.url;
        spec.user = camera.user;
        spec.transport =
            stream.transport == "udp" ? ingest::Transport::Udp : ingest::Transport::Tcp;
        spec.accept_any_certificate = camera.accept_any_certificate;
        return spec;
    };
    auto with_password = [&](ingest::SourceSpec spec) -> Result<ingest::SourceSpec> {
        if (camera.sealed_password.empty()) return spec;
        auto sealed = PROVISO_TRY(crypto::from_base64(camera.sealed_password));
        auto password = PROVISO_TRY(house_.keys->unseal("camera/" + camera.name.text(), sealed));
        spec.password = ingest::SecretText(as_text(password.view()));
        return spec;
    };

    auto main = PROVISO_TRY(with_password(source(media::StreamKind::Main, camera.main)));
    main.sound = desk.sound = camera.audio.value_or(false) && permit.sound(now);
    PROVISO_TRY(pool_.start(permit, std::move(main)).while_doing("open main stream"));
    desk.running = true;
    desk.state = "running";
    desk.words.clear();
    if (camera.sub) {
        auto sub = PROVISO_TRY(with_password(source(media::StreamKind::Sub, *camera.sub)));
        PROVISO_TRY(pool_.start(permit, std::move(sub)).while_doing("open sub stream"));
    }
    desk.sources.emplace(std::move(permit));
    desk.renew_after = now + kRenew;

    auto again = PROVISO_TRY(house_.gate->ask(law::Capture{camera.name}));
    if (auto* recording = std::get_if<law::Permit<law::Capture>>(&again)) {
        PROVISO_TRY(recorder_.start(main_of(camera.name), std::move(*recording)));
    }
    if (!camera.masked_days) return {};
    auto archive = PROVISO_TRY(house_.gate->ask(law::Capture{camera.name}));
    if (auto* recording = std::get_if<law::Permit<law::Capture>>(&archive)) {
        PROVISO_TRY(recorder_.start(masked_of(camera.name), std::move(*recording)));
    }
    return {};
}

void CameraDesk::shut(Desk& desk, std::string_view cause, std::string_view words) {
    pool_.stop(main_of(desk.camera.name));
    pool_.stop(sub_of(desk.camera.name));
    recorder_.stop(main_of(desk.camera.name), cause, words);
    if (desk.camera.masked_days) recorder_.stop(masked_of(desk.camera.name), cause, words);
    desk.sources.reset();
    desk.running = desk.sound = false;
    desk.retry_after = {};
}

/// Sound goes with the permit while the pictures go on (ING-3): it is kept out as soon as the
/// permit says so, and let in when it is given again.
void CameraDesk::tend_sound(Desk& desk, MonoTime now) {
    if (!desk.sources) return;
    const bool permitted = desk.camera.audio.value_or(false) && desk.sources->sound(now);
    if (permitted == desk.sound) return;
    auto set = pool_.set_sound(*desk.sources, main_of(desk.camera.name), permitted);
    if (set) desk.sound = permitted;
}

void CameraDesk::renew(Desk& desk, MonoTime now, std::uint64_t version) {
    const bool mute =
        desk.sources && desk.camera.audio.value_or(false) && !desk.sources->sound(now);
    // What was put on record since may permit sound.
    const bool ask_about_sound = mute && desk.asked_with != version;
    if (desk.sources && (now >= desk.renew_after || ask_about_sound)) {
        desk.asked_with = version;
        auto renewed = house_.gate->renew(*desk.sources);
        // A ledger that cannot write now may write before the lease ends.
        if (renewed && !*renewed) desk.renew_after = now + kRenew;
    }
    if (desk.sources && desk.sources->valid(now)) return tend_sound(desk, now);
    // Nothing is read from a camera that may not be recorded.
    auto asked = house_.gate->ask(law::Capture{desk.camera.name});
    if (auto* refusal = asked ? std::get_if<law::Refusal>(&*asked) : nullptr) {
        refuse(desk, refusal->words());
    } else {
        shut(desk, "lease_ended", "the permit could not be renewed in time");
    }
}

void CameraDesk::refuse(Desk& desk, std::string words) {
    if (desk.state != "refused" || desk.words != words) {
        log_warning("camera {}: not recorded: {}", desk.camera.name.text(), words);
        shut(desk, "refused", words);
    }
    desk.state = "refused";
    desk.words = std::move(words);
}

}  // namespace proviso::app
