#include "review_maker.h"

#include <algorithm>

#include <fmt/format.h>

#include "proviso/alerts/event_id.h"

namespace proviso::alerts {

using namespace std::chrono_literals;

namespace {

constexpr auto kQuiet = 10s;
constexpr auto kLongest = 10min;
constexpr std::size_t kMostFindings = 50;
constexpr std::size_t kMostTracks = 200;
constexpr std::size_t kMostOpen = 32;

std::map<std::string, int> count_kinds(const ReviewItem& item) {
    std::map<std::string, int> counts;
    for (const auto& track : item.tracks) ++counts[track.kind];
    return counts;
}

/// "2 persons, 1 vehicle"
std::string in_words(const std::map<std::string, int>& counts) {
    std::string text;
    for (const auto& [kind, count] : counts) {
        if (!text.empty()) text += ", ";
        text += fmt::format("{} {}{}", count, kind, count == 1 ? "" : "s");
    }
    return text;
}

bool lasts(const FindingRecord& finding) { return !finding.to; }

/// Says what was seen, in the finding that stands for objects without a rule.
void describe_objects(ReviewItem& item) {
    auto& finding = item.findings.front();
    if (!finding.rule.empty() || finding.kind != kObjectKind) return;
    auto counts = count_kinds(item);
    finding.numbers = counts;
    finding.title = in_words(counts);
    finding.why = finding.title + " moved in the picture; no rule was asked.";
}

}  // namespace

ReviewMaker::Open& ReviewMaker::joinable(Timestamp at) {
    if (!open_.empty()) {
        auto& last = open_.back();
        bool room = last.item.findings.size() < kMostFindings &&
                    last.item.tracks.size() < kMostTracks && at - last.item.from < kLongest;
        bool recent = at - last.active <= kQuiet ||
                      std::any_of(last.item.findings.begin(), last.item.findings.end(), lasts);
        if (room && recent) {
            last.active = std::max(last.active, at);
            return last;
        }
    }
    if (open_.size() >= kMostOpen) {
        end(open_.front());
        open_.erase(open_.begin());
    }
    auto& made = open_.emplace_back();
    made.item.id = make_event_id(at);
    made.item.camera = camera_;
    made.item.from = at;
    made.active = at;
    return made;
}

void ReviewMaker::add_track(Open& open, const TrackBrief& brief) {
    auto& tracks = open.item.tracks;
    auto known = std::find_if(tracks.begin(), tracks.end(), [&](const auto& one) {
        return one.id == brief.id;
    });
    if (known == tracks.end()) {
        tracks.push_back(brief);
    } else {
        *known = brief;
    }
}

void ReviewMaker::objects(Timestamp at, const std::vector<ActiveObject>& active) {
    if (active.empty()) return tick(at);
    auto& open = joinable(at);
    if (open.item.findings.empty()) {
        FindingRecord finding;
        finding.kind = kObjectKind;
        finding.model = model_;
        finding.from = at;
        finding.to = at;
        open.item.findings.push_back(std::move(finding));
    }
    for (const auto& object : active) {
        open.tracks.insert(object.track);
        add_track(open, object.brief);
    }
    describe_objects(open.item);
    tick(at);
}

bool ReviewMaker::finding(Timestamp at, const Sighted& sighted) {
    for (auto& open : open_) {
        auto place = open.places.find(sighted.id);
        if (place == open.places.end()) continue;
        auto from = open.item.findings[place->second].from;
        open.item.findings[place->second] = sighted.record;
        open.item.findings[place->second].from = from;
        for (const auto& brief : sighted.tracks) add_track(open, brief);
        open.active = std::max(open.active, at);
        return false;
    }
    auto& open = joinable(at);
    open.places[sighted.id] = open.item.findings.size();
    open.item.findings.push_back(sighted.record);
    open.item.from = std::min(open.item.from, sighted.record.from);
    for (const auto& brief : sighted.tracks) add_track(open, brief);
    return true;
}

void ReviewMaker::end(Open& open) {
    open.item.to = open.active;
    for (auto& finding : open.item.findings) {
        // The finding of objects was there as long as its item.
        if (!finding.to || finding.rule.empty()) finding.to = open.active;
    }
    ended_.push_back(std::move(open));
}

void ReviewMaker::tick(Timestamp now) {
    for (auto open = open_.begin(); open != open_.end();) {
        const auto& findings = open->item.findings;
        bool over =
            now - open->active > kQuiet && std::none_of(findings.begin(), findings.end(), lasts);
        if (!over) {
            ++open;
            continue;
        }
        end(*open);
        open = open_.erase(open);
    }
}

void ReviewMaker::close(Timestamp at) {
    for (auto& open : open_) {
        if (std::any_of(open.item.findings.begin(), open.item.findings.end(), lasts)) {
            open.active = std::max(open.active, at);
        }
        end(open);
    }
    open_.clear();
}

const ReviewItem* ReviewMaker::item_of(std::uint64_t finding) const {
    for (const auto& open : open_) {
        if (open.places.contains(finding)) return &open.item;
    }
    return nullptr;
}

const ReviewItem* ReviewMaker::item_wanting(behaviour::TrackId track) const {
    for (const auto& open : open_) {
        if (!open.item.has_picture && open.tracks.contains(track)) return &open.item;
    }
    return nullptr;
}

void ReviewMaker::pictured(const std::string& id) {
    for (auto* list : {&open_, &ended_}) {
        for (auto& open : *list) {
            if (open.item.id == id) open.item.has_picture = true;
        }
    }
}

std::optional<Severity> ReviewMaker::open_severity() const {
    std::optional<Severity> gravest;
    for (const auto& open : open_) {
        auto severity = open.item.severity();
        if (!gravest || severity > *gravest) gravest = severity;
    }
    return gravest;
}

std::vector<ReviewChange> ReviewMaker::take_changes() {
    std::vector<ReviewChange> changes;
    auto tell = [&changes](Open& open, Stage stage) {
        changes.push_back({stage, open.known ? open.told : open.item, open.item});
        open.told = open.item;
        open.known = true;
    };
    for (auto& open : ended_) {
        if (!open.known) tell(open, Stage::New);
        tell(open, Stage::End);
    }
    for (auto& open : open_) {
        if (!open.known) {
            tell(open, Stage::New);
        } else if (open.item != open.told) {
            tell(open, Stage::Update);
        }
    }
    ended_.clear();
    return changes;
}

}  // namespace proviso::alerts
