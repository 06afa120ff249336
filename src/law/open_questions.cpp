#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include <proviso/crypto/hash.h>

#include "proviso/law/counsel.h"

namespace proviso::law {

namespace {

constexpr std::string_view kAttestation = "counsel_attestation";

/// Facts are paths ("space.kind"), or one of the lists at the top; records are single words.
bool is_fact(std::string_view what) {
    return what.find('.') != std::string_view::npos || what == "subjects" || what == "places";
}

std::string id_of(const OpenQuestion& question) {
    auto text = fmt::format(
        "{}\n{}\n{}\n{}", question.kind, question.what, question.rule, question.site.text()
    );
    return fmt::format(
        "{}-{}", question.kind, to_hex(crypto::sha256(as_bytes(text))).substr(0, 12)
    );
}

std::map<std::string, Reason> articles_of(const Packs& packs) {
    std::map<std::string, Reason> articles;
    for (const auto* set : {packs.announced.get(), packs.in_force.get()}) {
        if (set == nullptr) continue;
        for (const auto& rule : set->rules()) {
            articles[std::string(rule.id)] = {
                std::string(rule.id), std::string(rule.cite), std::string(rule.title), "unknown"};
        }
    }
    return articles;
}

template <class T>
void add(std::vector<T>& list, const T& value) {
    if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

void add_article(std::vector<Reason>& list, const Reason& reason) {
    bool known =
        std::any_of(list.begin(), list.end(), [&](auto& each) { return each.rule == reason.rule; });
    if (!known) list.push_back(reason);
}

class Gatherer {
public:
    explicit Gatherer(const Packs& packs) : articles_(articles_of(packs)) {}

    void take(const Cell& cell, const Missing& missing, const SiteId& site, bool in_use) {
        OpenQuestion asked;
        if (is_fact(missing.what)) {
            asked.kind = "fact";
        } else if (missing.what == kAttestation) {
            asked.kind = cell.verdict == "conflict" ? "conflict" : "doubt";
            asked.rule = missing.rule;
        } else {
            return;
        }
        asked.what = missing.what;
        asked.site = site;
        asked.id = id_of(asked);
        auto& question = found_.try_emplace(asked.id, asked).first->second;
        if (question.text.empty()) question.text = missing.next_step;
        question.in_use = question.in_use || in_use;
        add(question.cameras, cell.camera);
        add(question.capabilities, cell.capability);
        auto article = articles_.find(missing.rule);
        if (article != articles_.end()) {
            add_article(question.articles, article->second);
        } else {
            add_article(question.articles, {missing.rule, "Proviso's own rule", "", "unknown"});
        }
        if (asked.kind != "conflict") return;
        for (const auto& reason : cell.reasons) {
            if (reason.effect == "cap" || reason.effect == "floor") {
                add_article(question.articles, reason);
            }
        }
    }

    std::vector<OpenQuestion> finish() {
        std::vector<OpenQuestion> list;
        for (auto& [id, question] : found_) list.push_back(std::move(question));
        std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
            return std::tuple(!a.in_use, a.site, a.kind, a.rule, a.what) <
                   std::tuple(!b.in_use, b.site, b.kind, b.rule, b.what);
        });
        return list;
    }

private:
    std::map<std::string, Reason> articles_;
    std::map<std::string, OpenQuestion> found_;
};

}  // namespace

std::vector<std::string> capabilities_in_use(const registers::Camera& camera) {
    std::vector<std::string> used{"recording", "retention", "live_view", "export"};
    if (!camera.enabled) return {"retention", "export"};
    if (camera.audio.value_or(false)) used.emplace_back("audio_recording");
    if (!camera.analytics) return used;
    const auto& analytics = *camera.analytics;
    if (!analytics.detect.empty()) used.emplace_back("object_detection");
    if (analytics.anomaly) used.emplace_back("anomaly");
    if (analytics.tamper) used.emplace_back("tamper");
    if (analytics.faces) used.push_back(analytics.faces->kind);
    for (const auto& rule : analytics.rules) {
        add(used, std::string(behaviour::analytic_of(rule.kind)));
    }
    return used;
}

std::vector<OpenQuestion> open_questions(
    const Packs& packs, const registers::Snapshot& snapshot, const std::vector<Cell>& cells
) {
    Gatherer gatherer(packs);
    std::map<CameraId, std::vector<std::string>> used;
    for (const auto& [name, camera] : snapshot.cameras) used[name] = capabilities_in_use(camera);
    for (const auto& cell : cells) {
        auto camera = snapshot.cameras.find(cell.camera);
        if (camera == snapshot.cameras.end()) continue;
        const auto& doing = used[cell.camera];
        bool in_use = std::find(doing.begin(), doing.end(), cell.capability) != doing.end();
        for (const auto& missing : cell.missing) {
            gatherer.take(cell, missing, camera->second.site, in_use);
        }
    }
    return gatherer.finish();
}

}  // namespace proviso::law
