#include "veil_desk.h"

#include <array>

#include <fmt/format.h>

#include <proviso/base/log.h>

namespace proviso::app {

namespace {

using std::chrono::seconds;

constexpr seconds kTend{1};
/// So long a veil goes on for nobody: people turn pages.
constexpr seconds kLinger{15};
constexpr seconds kRetry{5};
/// So far a veil may be behind the camera, its delay line included, before it skips some.
constexpr milliseconds kTooFar{2500};
/// After it began, or skipped, it is given time to catch up.
constexpr seconds kPatient{3};
/// Live: looks a second, of the detectors. Movers are watched more often.
constexpr int kLiveLooks = 2;

/// Those that found most people in our measurements first; used where one is installed.
constexpr std::array kNetworks{
    "person_vehicle_bike_2000", "person_vehicle_bike_2002", "yolox_nano_416"};

media::StreamKey masked_of(const CameraId& camera) { return {camera, media::StreamKind::Masked}; }

media::StreamKey source_of(const registers::Camera& camera) {
    return {camera.name, camera.sub ? media::StreamKind::Sub : media::StreamKind::Main};
}

/// Two cameras with one text are masked alike.
std::string text_of(const registers::Camera& camera) {
    std::string text(media::to_string(source_of(camera).kind));
    if (!camera.analytics) return text;
    for (const auto& zone : camera.analytics->privacy) {
        for (const auto& point : zone.points) text += fmt::format(" {},{}", point.x, point.y);
        text += ';';
    }
    return text;
}

}  // namespace

Result<std::unique_ptr<VeilDesk>> VeilDesk::open(
    House& house, live::Hub& hub, vision::VeilPoolOptions options
) {
    std::unique_ptr<VeilDesk> desk(new VeilDesk(house, hub));
    desk->pool_ = PROVISO_TRY(vision::VeilPool::open(std::move(options)));
    auto* self = desk.get();
    hub.on_watched([self](const media::StreamKey& stream) {
        if (stream.kind == media::StreamKind::Masked) self->wake_.push(0);
    });
    desk->worker_ = Worker("veil-desk", [self](const std::stop_token& stop) { self->run(stop); });
    return desk;
}

VeilDesk::~VeilDesk() {
    hub_.on_watched({});
    worker_.stop();
    running_.with([](auto& running) { running.clear(); });
}

void VeilDesk::archive_in(record::Recorder& recorder) { recorder_ = &recorder; }

vision::VeilConfig VeilDesk::config_of(const CameraId& camera) const {
    vision::VeilConfig config;
    auto snapshot = house_.registers->snapshot();
    auto found = snapshot->cameras.find(camera);
    if (found != snapshot->cameras.end() && found->second.analytics) {
        for (const auto& zone : found->second.analytics->privacy) {
            config.masks.push_back(zone.points);
        }
    }
    config.card_folder = config.model_folder = house_.config.models();
    // A network also finds who stands still; the embedded detector knows only those who moved.
    std::vector<std::string> better(std::begin(kNetworks), std::end(kNetworks));
    if (found != snapshot->cameras.end() && found->second.analytics) {
        better.insert(better.begin(), found->second.analytics->model);
    }
    for (const auto& model : better) {
        auto wish = config;
        wish.model = model;
        if (model != vision::kEmbeddedModel && vision::files_of(wish)) return wish;
    }
    return config;
}

void VeilDesk::on_packet(const media::StreamKey& stream, const media::PacketPtr& packet) {
    auto session = running_.with([&](auto& running) -> std::shared_ptr<vision::VeilSession> {
        auto found = running.find(stream.camera);
        if (found == running.end() || found->second.source != stream) return nullptr;
        auto& one = found->second;
        // A machine that is too slow shows less, not later: it goes on at the next key frame.
        if (one.skipping) {
            if (!packet->key_frame) return nullptr;
            one.skipping = false;
            one.patient_until = packet->mono + kPatient;
        } else if (packet->mono > one.patient_until) {
            auto shown = MonoTime(microseconds(one.shown->load()));
            one.skipping = packet->mono - shown > kTooFar;
            if (one.skipping) return nullptr;
        }
        return one.session;
    });
    if (session) session->offer(packet);
}

bool VeilDesk::needed(const registers::Camera& camera) const {
    return camera.masked_days || hub_.viewers(masked_of(camera.name)) > 0;
}

void VeilDesk::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        tend(house_.clock.monotonic());
        wake_.pop_for(stop, kTend);
    }
}

void VeilDesk::tend(MonoTime now) {
    auto snapshot = house_.registers->snapshot();
    // Let go of outside the lock: a session ends its process.
    std::vector<Running> over;
    std::vector<const registers::Camera*> wanted;
    running_.with([&](auto& running) {
        for (const auto& [id, camera] : snapshot->cameras) {
            auto found = running.find(id);
            bool is_needed = camera.enabled && needed(camera);
            if (found == running.end()) {
                if (is_needed) wanted.push_back(&camera);
                continue;
            }
            auto& one = found->second;
            if (is_needed) one.needed_until = now + kLinger;
            auto state = one.session->state();
            if (now < one.needed_until && one.set_up == text_of(camera) && !state.ended) continue;
            if (state.error) {
                log_warning("camera {}: masking ended: {}", id.text(), state.error->story());
            }
            over.push_back(std::move(one));
            running.erase(found);
            if (is_needed) wanted.push_back(&camera);
        }
        for (auto it = running.begin(); it != running.end();) {
            if (snapshot->cameras.contains(it->first)) {
                ++it;
                continue;
            }
            over.push_back(std::move(it->second));
            it = running.erase(it);
        }
    });
    for (const auto& one : over) {
        // What was shown last is not what the next one should see first.
        auto masked = masked_of(one.source.camera);
        if (hub_.viewers(masked) == 0) hub_.remove(masked, "The masked picture ended.");
    }
    over.clear();
    for (const auto* camera : wanted) begin(*camera, now);
}

void VeilDesk::begin(const registers::Camera& camera, MonoTime now) {
    auto masked = masked_of(camera.name);
    auto config = config_of(camera.name);
    config.looks = kLiveLooks;
    vision::VeilSessionOptions options;
    options.go_on = true;
    auto shown = std::make_shared<std::atomic<std::int64_t>>(now.time_since_epoch().count());
    options.sink = [this, masked, shown](const vision::MaskedPacket& given) {
        if (!given.packet) return;
        *shown = given.packet->mono.time_since_epoch().count();
        hub_.on_packet(masked, given.packet);
        if (auto* recorder = recorder_.load()) recorder->on_packet(masked, given.packet);
    };
    auto session = pool_->begin(config, std::move(options));
    if (!session) {
        log_warning("camera {}: not masked: {}", camera.name.text(), session.error().story());
        return;
    }
    Running running;
    running.source = source_of(camera);
    running.set_up = text_of(camera);
    running.session = *std::move(session);
    running.needed_until = now + kLinger;
    running.shown = std::move(shown);
    running.patient_until = now + 2 * kPatient;
    // What came since the last key frame: nobody has to wait for the next one.
    for (const auto& packet : hub_.last_group(running.source)) running.session->offer(packet);
    running_.with([&](auto& all) { all.insert_or_assign(camera.name, std::move(running)); });
}

}  // namespace proviso::app
