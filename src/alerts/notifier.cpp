#include <algorithm>
#include <map>
#include <set>

#include <proviso/base/guarded.h>
#include <proviso/base/id.h>

#include "payload.h"
#include "senders.h"

namespace proviso::alerts {

namespace {

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Notice notice_about(const CameraId& camera, Timestamp from) {
    Notice notice;
    notice.camera = camera;
    notice.from = from;
    notice.id = Uuid::random().text();
    return notice;
}

/// What a destination that did not hear of the beginning is told as one.
std::optional<Stage> stage_for(const NoticeFilter& filter, const ReviewChange& change) {
    if (!filter.wants(change.after)) return std::nullopt;
    bool knew = change.stage != Stage::New && filter.wants(change.before);
    if (!knew && change.stage == Stage::Update) return Stage::New;
    return change.stage;
}

}  // namespace

struct Notifier::Inside {
    NoticesConfig config;
    std::vector<std::unique_ptr<Outbox>> webhooks;
    std::vector<std::unique_ptr<Outbox>> mails;
    std::unique_ptr<Outbox> mqtt;
    Guarded<std::set<CameraId>> announced;

    void take(const Change& change) {
        std::visit([this](const auto& one) { take(one); }, change);
    }

    void take(const ReviewChange& change) {
        for (const auto& webhook : webhooks) {
            auto stage = stage_for(webhook->to().filter, change);
            if (!stage) continue;
            auto notice = notice_about(change.after.camera, change.after.from);
            auto payload = review_payload(change);
            payload["type"] = to_string(*stage);
            if (!config.public_url.empty()) {
                payload["url"] = config.public_url + "/review?item=" + change.after.id;
            }
            notice.body = text_of(payload);
            webhook->put(std::move(notice));
        }
        for (const auto& mail : mails) {
            if (stage_for(mail->to().filter, change) != Stage::New) continue;
            auto notice = notice_about(change.after.camera, change.after.from);
            notice.subject = mail_subject(change.after);
            notice.body = mail_body(change.after, config.public_url);
            mail->put(std::move(notice));
        }
        if (!mqtt) return;
        auto stage = stage_for(mqtt->to().filter, change);
        if (!stage) return;
        auto notice = notice_about(change.after.camera, change.after.from);
        auto payload = review_payload(change);
        payload["type"] = to_string(*stage);
        notice.topic = config.mqtt->topic_prefix + "/reviews";
        notice.body = text_of(payload);
        mqtt->put(std::move(notice));
    }

    void take(const TrackChange& change) {
        if (!mqtt || !mqtt->to().filter.wants(change.after.camera)) return;
        auto notice = notice_about(change.after.camera, change.after.from);
        notice.topic = config.mqtt->topic_prefix + "/events";
        notice.body = text_of(track_payload(change));
        mqtt->put(std::move(notice));
    }

    void take(const SceneChange& change) {
        if (!mqtt || !mqtt->to().filter.wants(change.camera)) return;
        announce(change.camera);
        auto say = [&](const std::string& what, std::string body) {
            auto notice = notice_about(change.camera, {});
            notice.topic = config.mqtt->topic_prefix + "/" + change.camera.text() + "/" + what;
            notice.body = std::move(body);
            notice.retain = true;
            mqtt->put(std::move(notice));
        };
        say("motion", change.motion ? "ON" : "OFF");
        say("review_status",
            !change.review                      ? "NONE"
            : *change.review == Severity::Alert ? "ALERT"
                                                : "DETECTION");
        for (const auto& [kind, count] : change.objects) say(kind, std::to_string(count));
    }

    /// Null for an unknown name.
    Outbox* find(const std::string& name) {
        for (auto* list : {&webhooks, &mails}) {
            for (auto& one : *list) {
                if (one->to().name == name) return one.get();
            }
        }
        return mqtt && mqtt->to().name == name ? mqtt.get() : nullptr;
    }

    /// Once per camera: the broker keeps it.
    void announce(const CameraId& camera) {
        if (!config.mqtt->home_assistant) return;
        bool first = announced.with([&](auto& all) { return all.insert(camera).second; });
        if (!first) return;
        for (auto& [topic, payload] : discovery(*config.mqtt, camera)) {
            auto notice = notice_about(camera, {});
            notice.topic = topic;
            notice.body = text_of(payload);
            notice.retain = true;
            mqtt->put(std::move(notice));
        }
    }
};

Notifier::Notifier() = default;
Notifier::~Notifier() = default;

Result<std::unique_ptr<Notifier>> Notifier::open(
    NoticesConfig config, Alerts& alerts, const Clock& clock, MaySend may_send, NoticeTiming timing
) {
    std::unique_ptr<Notifier> notifier(new Notifier());
    notifier->inside_ = std::make_shared<Inside>();
    auto& inside = *notifier->inside_;
    auto box = [&](const Destination& to, std::unique_ptr<Sender> sender) {
        return std::make_unique<Outbox>(to, std::move(sender), may_send, timing, clock);
    };
    for (const auto& one : config.webhooks) {
        auto sender = PROVISO_TRY(make_webhook(one, clock).while_doing("webhook " + one.to.name));
        inside.webhooks.push_back(box(one.to, std::move(sender)));
    }
    for (const auto& one : config.mails) {
        auto sender = PROVISO_TRY(make_mail(one, clock).while_doing("mail " + one.to.name));
        inside.mails.push_back(box(one.to, std::move(sender)));
    }
    if (config.mqtt) {
        auto sender = PROVISO_TRY(make_mqtt(*config.mqtt));
        inside.mqtt = box(config.mqtt->to, std::move(sender));
    }
    inside.config = std::move(config);
    std::weak_ptr<Inside> weak = notifier->inside_;
    alerts.on_change([weak](const Change& change) {
        if (auto alive = weak.lock()) alive->take(change);
    });
    return notifier;
}

std::vector<Destination> Notifier::reminded() const {
    std::vector<Destination> all;
    auto add = [&](const Outbox& box) {
        if (box.to().filter.reminders) all.push_back(box.to());
    };
    for (const auto& one : inside_->webhooks) add(*one);
    for (const auto& one : inside_->mails) add(*one);
    if (inside_->mqtt) add(*inside_->mqtt);
    return all;
}

void Notifier::remind(
    const std::string& destination,
    const std::vector<law::Due>& due,
    Day today,
    std::function<void(bool told)> done
) {
    auto outcome = std::make_shared<Outcome>(std::move(done));
    auto* box = inside_->find(destination);
    if (box == nullptr || due.empty()) return;
    // Of no camera: nothing of its pictures is said, so the law has nothing to answer.
    Notice notice;
    notice.id = Uuid::random().text();
    const auto& config = inside_->config;
    auto is_mail = [&](const auto& one) { return one.get() == box; };
    if (std::any_of(inside_->mails.begin(), inside_->mails.end(), is_mail)) {
        notice.subject = reminder_subject(due, today);
        notice.body = reminder_body(due, today, config.public_url);
    } else {
        if (box == inside_->mqtt.get()) notice.topic = config.mqtt->topic_prefix + "/reminders";
        notice.body = text_of(reminder_payload(due, today, config.public_url));
    }
    notice.outcome = std::move(outcome);
    box->put(std::move(notice));
}

void Notifier::break_glass(const law::Lift& lift) {
    const auto& config = inside_->config;
    // Of no camera: nothing of its pictures is said, so the law has nothing to answer.
    Notice notice;
    notice.body = text_of(break_glass_payload(lift, config.public_url));
    for (const auto& webhook : inside_->webhooks) {
        notice.id = Uuid::random().text();
        webhook->put(notice);
    }
    if (inside_->mqtt) {
        notice.id = Uuid::random().text();
        notice.topic = config.mqtt->topic_prefix + "/break_glass";
        inside_->mqtt->put(notice);
    }
    notice.topic.clear();
    notice.subject = "The masks were lifted without asking anybody";
    notice.body = break_glass_body(lift, config.public_url);
    for (const auto& mail : inside_->mails) {
        notice.id = Uuid::random().text();
        mail->put(notice);
    }
}

std::vector<NoticeHealth> Notifier::health() const {
    std::vector<NoticeHealth> all;
    for (const auto& one : inside_->webhooks) all.push_back(one->health());
    for (const auto& one : inside_->mails) all.push_back(one->health());
    if (inside_->mqtt) all.push_back(inside_->mqtt->health());
    return all;
}

}  // namespace proviso::alerts
