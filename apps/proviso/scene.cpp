#include "scene.h"

#include <algorithm>

#include <fmt/format.h>

#include <proviso/base/log.h>

namespace proviso::app {

namespace {

using behaviour::Finding;
using behaviour::Observation;
using behaviour::TrackId;

/// Engine, anomaly model and health watch number their findings each from one.
constexpr std::uint64_t kSources = 4;
constexpr int kEngine = 0;
constexpr int kAnomaly = 1;
constexpr int kHealth = 2;
constexpr std::size_t kMostExpected = 64;

}  // namespace

Scene::Scene(CameraId camera, alerts::SightingSink& sink, FaceDoor* faces, const Clock& clock)
    : camera_(std::move(camera)), sink_(sink), faces_(faces), clock_(clock) {}

Result<> Scene::configure(Setup setup) {
    auto engine = PROVISO_TRY(
        behaviour::Engine::make(setup.analytics.zones, setup.analytics.rules, setup.timezone)
    );
    std::lock_guard lock(mutex_);
    end_all();
    analytics_ = setup.analytics;
    engine_.emplace(std::move(engine));
    running_.clear();
    counted_.clear();
    for (const auto& rule : analytics_.rules) running_[rule.name] = true;
    PROVISO_TRY(open_anomaly(setup));
    if (!analytics_.tamper) {
        health_.reset();
    } else if (!health_) {
        health_.emplace();
    }
    alerts::WatchedCamera watched;
    watched.model = analytics_.model;
    for (const auto& zone : analytics_.zones) watched.zones.push_back({zone.name, zone.points});
    for (const auto& rule : analytics_.rules) {
        watched.rules.push_back({rule.name, rule.kind, rule.min_precision});
    }
    sink_.configured(camera_, std::move(watched));
    open_ = true;
    return {};
}

/// What was learned stays, unless the terms of learning changed.
Result<> Scene::open_anomaly(const Setup& setup) {
    auto terms = fmt::format("{} {}", setup.timezone, analytics_.learning_hours.value_or(0));
    if (!analytics_.anomaly) {
        anomaly_.reset();
        return {};
    }
    if (anomaly_ && learns_as_ == terms) return {};
    behaviour::AnomalyConfig config;
    config.timezone = setup.timezone;
    if (analytics_.learning_hours) config.learning_hours = *analytics_.learning_hours;
    anomaly_.reset();
    if (!setup.anomaly.is_null()) {
        auto loaded = behaviour::AnomalyModel::load(setup.anomaly, config);
        if (loaded) {
            anomaly_.emplace(std::move(*loaded));
        } else {
            log_warning(
                "camera {}: learns anew what is normal: {}", camera_.text(), loaded.error().story()
            );
        }
    }
    if (!anomaly_) anomaly_.emplace(PROVISO_TRY(behaviour::AnomalyModel::make(config)));
    learns_as_ = std::move(terms);
    return {};
}

/// As judge_rules(), for what is no rule.
void Scene::judge_models(MonoTime now) {
    bool may = anomaly_ && permitted("anomaly", now);
    if (std::exchange(anomaly_runs_, may) && !may && anomaly_) {
        tell(anomaly_->finish(), kAnomaly, nullptr);
    }
    may = health_ && permitted("tamper", now);
    if (std::exchange(health_runs_, may) && !may && health_) {
        tell(health_->relearn(), kHealth, nullptr);
    }
}

void Scene::set_permits(std::map<std::string, AnalysePermit> permits, IdentifyPermit identify) {
    std::lock_guard lock(mutex_);
    permits_ = std::move(permits);
    identify_ = std::move(identify);
}

bool Scene::permitted(std::string_view kind, MonoTime now) const {
    auto found = permits_.find(std::string(kind));
    return found != permits_.end() && found->second && found->second->valid(now);
}

/// First of all: whatever comes of the rest, no template outlives this call.
void Scene::compare_faces(Observation& observation, MonoTime now) {
    for (auto& face : observation.faces) {
        if (face.embedding.empty()) continue;
        if (faces_ != nullptr && identify_ && identify_->valid(now)) {
            faces_->match(*identify_, face, observation.wall, observation.width);
        }
        std::fill(face.embedding.begin(), face.embedding.end(), 0.0F);
        face.embedding.clear();
    }
}

void Scene::rename(Observation& observation) {
    for (auto& face : observation.faces) {
        face.face = face_names_.name_of(face.face);
        if (face.track != 0) face.track = track_names_.name_of(face.track);
    }
    for (auto& track : observation.tracks) track.id = track_names_.name_of(track.id);
    for (auto& object : observation.objects) object.id = object_names_.name_of(object.id);
    for (auto& id : observation.ended) {
        auto of_worker = std::exchange(id, track_names_.name_of(id));
        track_names_.forget(of_worker);
    }
}

void Scene::highlight(Wish& wish, TrackId track) const {
    if (auto of_worker = track_names_.of_worker(track)) wish.highlight.push_back(*of_worker);
}

/// A rule whose permit ended, or that has suspended itself, stops with this observation.
void Scene::judge_rules(MonoTime now) {
    for (const auto& rule : analytics_.rules) {
        bool may = permitted(behaviour::analytic_of(rule.kind), now) &&
                   !sink_.suspended(camera_, rule.name);
        auto& runs = running_[rule.name];
        if (runs == may) continue;
        runs = may;
        tell(engine_->set_running(rule.name, may), kEngine, nullptr);
    }
}

void Scene::tell(std::vector<Finding> findings, int source, Wish* wish) {
    for (auto& finding : findings) {
        finding.id = finding.id * kSources + static_cast<std::uint64_t>(source);
        bool wanted = sink_.found(camera_, finding);
        if (!wanted || wish == nullptr) continue;
        wish->picture.findings.push_back(finding.id);
        for (auto id : finding.tracks) highlight(*wish, id);
    }
}

void Scene::tell_counts(Timestamp at) {
    std::vector<alerts::PassageCount> counts;
    for (const auto& count : engine_->counts()) {
        counts.push_back({count.rule, count.in, count.out, static_cast<std::int64_t>(count.inside)}
        );
    }
    auto same = [](const auto& a, const auto& b) {
        return a.name == b.name && a.in == b.in && a.out == b.out && a.inside == b.inside;
    };
    if (std::ranges::equal(counts, counted_, same)) return;
    counted_ = std::move(counts);
    sink_.counted(camera_, at, counted_);
}

std::optional<Scene::Wish> Scene::take(Observation observation) {
    std::lock_guard lock(mutex_);
    auto now = clock_.monotonic();
    compare_faces(observation, now);
    if (!open_) return std::nullopt;
    rename(observation);
    judge_rules(now);
    judge_models(now);
    Wish wish;
    wish.picture.at = observation.wall;
    auto engine_says = engine_->take(observation);
    // Where following people is not permitted, a count is all that comes of it.
    bool may_follow = permitted("tracking", now);
    if (!may_follow) {
        observation.tracks.clear();
        observation.ended.clear();
        for (auto& finding : engine_says) finding.tracks.clear();
    }
    for (auto id : sink_.observed(camera_, observation)) {
        wish.picture.tracks.push_back(id);
        highlight(wish, id);
    }
    tell(std::move(engine_says), kEngine, &wish);
    if (anomaly_runs_) tell(anomaly_->take(observation), kAnomaly, &wish);
    if (health_runs_) tell(health_->take(observation), kHealth, &wish);
    tell_counts(observation.wall);
    if (wish.picture.findings.empty() && wish.picture.tracks.empty()) return std::nullopt;
    return wish;
}

void Scene::expect(std::uint64_t request, alerts::MaskedPicture picture) {
    std::lock_guard lock(mutex_);
    if (expected_.size() >= kMostExpected) expected_.erase(expected_.begin());
    expected_[request] = std::move(picture);
}

void Scene::pictured(std::uint64_t request, Bytes jpeg) {
    std::lock_guard lock(mutex_);
    auto found = expected_.extract(request);
    if (found.empty() || jpeg.empty() || !open_) return;
    found.mapped().jpeg = std::move(jpeg);
    sink_.pictured(camera_, std::move(found.mapped()));
}

void Scene::end_all() {
    if (!open_) return;
    tell(engine_->finish(), kEngine, nullptr);
    if (anomaly_) tell(anomaly_->finish(), kAnomaly, nullptr);
    sink_.closed(camera_, clock_.now());
    expected_.clear();
    for (auto* names : {&track_names_, &object_names_, &face_names_}) names->begin_again();
}

void Scene::begun_again() {
    std::lock_guard lock(mutex_);
    end_all();
}

void Scene::close() {
    std::lock_guard lock(mutex_);
    end_all();
    open_ = false;
}

std::optional<double> Scene::learned() const {
    std::lock_guard lock(mutex_);
    if (!anomaly_) return std::nullopt;
    return anomaly_->learned();
}

std::optional<Json> Scene::what_is_normal() const {
    std::lock_guard lock(mutex_);
    if (!anomaly_) return std::nullopt;
    return anomaly_->save();
}

}  // namespace proviso::app
