#include "analysis_desk.h"

#include <algorithm>

#include <fmt/format.h>

#include <proviso/base/log.h>

namespace proviso::app {

using std::chrono::seconds;

namespace {

constexpr seconds kTend{1};
constexpr seconds kRetry{10};
constexpr seconds kRenew{60};
constexpr std::chrono::minutes kKeep{5};
constexpr int kPictureWidth = 960;

/// One text for what a worker was told and by what leave: another text, another look.
std::string signature(const vision::EyeConfig& config, const vision::LookPermits& permits) {
    auto text = fmt::format(
        "{}/{}/{}{}{}{}{}",
        config.model,
        config.min_score,
        config.detect,
        config.faces,
        config.embed,
        config.static_objects,
        config.health
    );
    for (auto kind : config.classes) text += fmt::format("/{}", static_cast<int>(kind));
    for (const auto& mask : config.privacy_masks) {
        for (const auto& point : mask) text += fmt::format("/{},{}", point.x, point.y);
        text += ';';
    }
    for (const auto& permit : permits.analyse) text += fmt::format("/{}", fmt::ptr(permit.get()));
    return text + fmt::format("/{}", fmt::ptr(permits.identify.get()));
}

}  // namespace

Result<std::unique_ptr<AnalysisDesk>> AnalysisDesk::open(
    House& house, vision::PoolOptions options, Rooms rooms
) {
    std::unique_ptr<AnalysisDesk> desk(new AnalysisDesk(house, rooms));
    auto& self = *desk;
    self.pool_ = PROVISO_TRY(vision::Pool::open(std::move(options), self, house.clock));
    self.keep_after_ = house.clock.monotonic() + kKeep;
    house.registers->on_change([&self](const registers::SnapshotPtr&) { self.wake_.push(0); });
    house.gate->on_revoked([&self](const CameraId&, const law::Refusal&) { self.wake_.push(0); });
    self.worker_ =
        Worker("analysis-desk", [&self](const std::stop_token& stop) { self.run(stop); });
    return desk;
}

AnalysisDesk::~AnalysisDesk() {
    worker_.stop();
    desks_.with([this](auto& desks) {
        for (auto& [id, desk] : desks) {
            shut(desk);
            if (desk.scene) keep_normality(desk);
        }
    });
}

void AnalysisDesk::on_packet(const media::StreamKey& stream, const media::PacketPtr& packet) {
    pool_->on_packet(stream, packet);
}

std::shared_ptr<Scene> AnalysisDesk::scene_of(const CameraId& camera) const {
    return scenes_.with([&](const auto& scenes) -> std::shared_ptr<Scene> {
        auto found = scenes.find(camera);
        return found == scenes.end() ? nullptr : found->second;
    });
}

void AnalysisDesk::on_observation(const CameraId& camera, vision::Observation observation) {
    auto scene = scene_of(camera);
    if (!scene) return;
    auto wish = scene->take(std::move(observation));
    if (!wish) return;
    auto request = pool_->request_picture(camera, wish->highlight, kPictureWidth);
    if (request) scene->expect(*request, std::move(wish->picture));
}

void AnalysisDesk::on_picture(const CameraId& camera, std::uint64_t request, Bytes jpeg) {
    if (auto scene = scene_of(camera)) scene->pictured(request, std::move(jpeg));
}

void AnalysisDesk::on_begun_again(const CameraId& camera) {
    if (auto scene = scene_of(camera)) scene->begun_again();
}

void AnalysisDesk::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        tend_all();
        wake_.pop_for(stop, kTend);
    }
}

void AnalysisDesk::tend_all() {
    auto snapshot = house_.registers->snapshot();
    auto now = house_.clock.monotonic();
    std::map<CameraId, vision::LookStatus> looks;
    for (auto& status : pool_->status()) looks[status.camera] = status;
    desks_.with([&](auto& desks) {
        for (auto it = desks.begin(); it != desks.end();) {
            auto found = snapshot->cameras.find(it->first);
            if (found != snapshot->cameras.end() && found->second.analytics) {
                ++it;
                continue;
            }
            shut(it->second);
            scenes_.with([&](auto& scenes) { scenes.erase(it->first); });
            std::error_code ignored;
            std::filesystem::remove(normality_file(it->first), ignored);
            it = desks.erase(it);
        }
        for (const auto& [id, camera] : snapshot->cameras) {
            if (!camera.analytics) continue;
            auto& desk = desks[id];
            desk.camera = camera;
            auto site = snapshot->sites.find(camera.site);
            desk.timezone = site == snapshot->sites.end() ? "UTC" : site->second.timezone;
            auto look = looks.find(id);
            tend(desk, look == looks.end() ? nullptr : &look->second, snapshot->version, now);
        }
        if (now < keep_after_) return;
        keep_after_ = now + kKeep;
        for (const auto& [id, desk] : desks) keep_normality(desk);
    });
}

void AnalysisDesk::tend(
    Desk& desk, const vision::LookStatus* look_now, std::uint64_t version, MonoTime now
) {
    desk.wanted = wanted_of(desk.camera);
    if (!desk.camera.enabled || desk.wanted.empty()) {
        shut(desk);
        desk.asked.clear();
        return;
    }
    set_up(desk);
    std::erase_if(desk.asked, [&](const auto& each) {
        return std::ranges::none_of(desk.wanted, [&](const auto& wanted) {
            return wanted.kind == each.first;
        });
    });
    for (const auto& wanted : desk.wanted) {
        auto& asked = desk.asked[wanted.kind];
        renew(asked, now);
        bool holds = (asked.permit && asked.permit->valid(now)) ||
                     (asked.identify && asked.identify->valid(now));
        if (holds || (asked.version == version && now < asked.retry_after)) continue;
        asked.version = version;
        ask(desk, wanted.kind, asked, now);
    }
    std::map<std::string, AnalysePermit> permits;
    IdentifyPermit identify;
    for (const auto& [kind, asked] : desk.asked) {
        if (asked.permit && permitted(desk, kind, now)) permits[kind] = asked.permit;
        if (asked.identify) identify = asked.identify;
    }
    if (desk.scene) desk.scene->set_permits(std::move(permits), std::move(identify));
    look(desk, look_now, now);
}

/// The scene follows the document; a rule that makes no sense to the engine stops nothing else.
void AnalysisDesk::set_up(Desk& desk) {
    const auto& wanted = *desk.camera.analytics;
    bool same = desk.configured == wanted && desk.configured_timezone == desk.timezone;
    if (desk.scene && same) return;
    const auto& id = desk.camera.name;
    bool first = !desk.scene;
    if (first) {
        desk.scene = std::make_shared<Scene>(id, rooms_.sink, rooms_.faces, house_.clock);
        scenes_.with([&](auto& scenes) { scenes[id] = desk.scene; });
    }
    auto normality = wanted.anomaly ? normality_of(id) : Json();
    auto done = desk.scene->configure({wanted, desk.timezone, std::move(normality)});
    desk.trouble = done ? std::string() : done.error().story();
    if (!done) log_error("camera {}: {}", id.text(), done.error().story());
    desk.configured = wanted;
    desk.configured_timezone = desk.timezone;
}

void AnalysisDesk::ask(Desk& desk, const std::string& kind, Asked& asked, MonoTime now) {
    const auto& camera = desk.camera.name;
    asked.permit.reset();
    asked.identify.reset();
    asked.refusal.reset();
    asked.trouble.clear();
    asked.retry_after = now + kRetry;
    asked.renew_after = now + kRenew;
    auto answered = [&](auto answer, auto& permit) {
        if (!answer) {
            asked.trouble = answer.error().story();
            return;
        }
        if (auto* refusal = std::get_if<law::Refusal>(&*answer)) {
            asked.refusal = std::move(*refusal);
            return;
        }
        using Permit = typename std::decay_t<decltype(permit)>::element_type;
        permit = std::make_shared<Permit>(std::get<Permit>(std::move(*answer)));
    };
    if (!identifies(kind)) {
        answered(house_.gate->ask(law::Analyse{camera, kind}), asked.permit);
        return;
    }
    const auto& gallery = desk.camera.analytics->faces->gallery;
    auto sort = rooms_.faces == nullptr ? std::nullopt : rooms_.faces->sort_of(gallery);
    // The law can say no without the gallery: by what the kind of analysis is mostly used with.
    auto assumed = kind == "face_verification" ? "consenting" : "watch_list";
    answered(
        house_.gate->ask(law::Identify{camera, kind, sort.value_or(assumed), gallery}),
        asked.identify
    );
    if (sort || !asked.identify) return;
    asked.identify.reset();
    asked.trouble = fmt::format("there is no gallery '{}'; make it first", gallery);
}

void AnalysisDesk::renew(Asked& asked, MonoTime now) {
    if (now < asked.renew_after) return;
    // A ledger that cannot write now may write before the lease ends.
    if (asked.permit) {
        auto renewed = house_.gate->renew(*asked.permit);
        if (renewed && !*renewed) asked.renew_after = now + kRenew;
    }
    if (asked.identify) {
        auto renewed = house_.gate->renew(*asked.identify);
        if (renewed && !*renewed) asked.renew_after = now + kRenew;
    }
}

bool AnalysisDesk::permitted(const Desk& desk, std::string_view kind, MonoTime now) const {
    auto found = desk.asked.find(kind);
    if (found == desk.asked.end()) return false;
    const auto& asked = found->second;
    bool holds = (asked.permit && asked.permit->valid(now)) ||
                 (asked.identify && asked.identify->valid(now));
    return holds && std::ranges::all_of(foundations_of(kind), [&](std::string_view under) {
               return permitted(desk, under, now);
           });
}

/// What can be looked for now: what is permitted, with models that are there.
vision::EyeConfig AnalysisDesk::config_of(Desk& desk, MonoTime now) {
    auto config =
        eye_config(desk.camera, [&](std::string_view kind) { return permitted(desk, kind, now); });
    // A card lies beside its weights once both are installed.
    config.card_folder = config.model_folder = house_.config.models();
    config.embedding_model = house_.config.face_model;
    auto missing = [](const vision::EyeConfig& with) -> std::string {
        auto files = vision::files_of(with);
        if (!files) return files.error().story();
        for (const auto& file : *files) {
            if (std::filesystem::exists(file)) continue;
            return fmt::format("the file {} is not installed", file.filename().string());
        }
        return {};
    };
    auto without_faces = config;
    without_faces.faces = without_faces.embed = false;
    desk.missing_model.clear();
    desk.missing_faces.clear();
    if (config.detect) desk.missing_model = missing(without_faces);
    if (!desk.missing_model.empty()) config.detect = without_faces.detect = false;
    if (config.faces) desk.missing_faces = missing(config);
    return desk.missing_faces.empty() ? config : without_faces;
}

void AnalysisDesk::look(Desk& desk, const vision::LookStatus* look_now, MonoTime now) {
    const auto& id = desk.camera.name;
    if (!permitted(desk, "motion", now)) {
        if (!desk.looking.empty()) pool_->stop(id);
        desk.looking.clear();
        return;
    }
    auto config = config_of(desk, now);
    auto permits = std::make_shared<vision::LookPermits>();
    auto may = [&](std::string_view kind) { return permitted(desk, kind, now); };
    for (auto kind : kinds_under(config, may)) {
        permits->analyse.push_back(desk.asked.find(kind)->second.permit);
    }
    if (config.embed) {
        permits->identify = desk.asked.find(desk.camera.analytics->faces->kind)->second.identify;
    }
    auto told = signature(config, *permits);
    bool over = look_now == nullptr || look_now->state == vision::LookState::Ended ||
                (look_now->state == vision::LookState::Broken && now >= desk.retry_after);
    if (told == desk.looking && !over) return;
    desk.retry_after = now + kRetry;
    // Another look, other ids.
    if (desk.scene) desk.scene->begun_again();
    auto begun = pool_->look(std::move(permits), {id, looked_at(desk.camera)}, config);
    desk.looking = begun ? std::move(told) : std::string();
    if (!begun) log_error("camera {}: not looked at: {}", id.text(), begun.error().story());
}

void AnalysisDesk::shut(Desk& desk) {
    if (!desk.scene) return;
    pool_->stop(desk.camera.name);
    desk.looking.clear();
    desk.scene->close();
    desk.configured.reset();
}

}  // namespace proviso::app
