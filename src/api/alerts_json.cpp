#include "alerts_json.h"

#include <cmath>

namespace proviso::api {

namespace {

Json time_or_null(const std::optional<Timestamp>& at) {
    return at ? Json(to_iso8601(*at)) : Json();
}

Json judgement_or_null(alerts::Judgement judgement) {
    auto word = alerts::to_string(judgement);
    return word.empty() ? Json() : Json(word);
}

Json finding_json(const alerts::FindingRecord& finding) {
    return {
        {"rule", finding.rule},
        {"kind", finding.kind},
        {"zone", finding.zone},
        {"severity", alerts::to_string(finding.severity)},
        {"title", finding.title},
        {"why", finding.why},
        {"numbers", finding.numbers},
        {"from", to_iso8601(finding.from)},
        {"to", time_or_null(finding.to)},
        {"model", finding.model},
        {"judgement", judgement_or_null(finding.judgement)}};
}

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

}  // namespace

Json review_json(const alerts::ReviewItem& item) {
    const auto& leading = item.leading();
    auto tracks = Json::array();
    for (const auto& track : item.tracks) {
        tracks.push_back({{"id", track.id}, {"kind", track.kind}, {"colour", track.colour}});
    }
    auto findings = Json::array();
    for (const auto& finding : item.findings) findings.push_back(finding_json(finding));
    return {
        {"id", item.id},
        {"camera", item.camera.text()},
        {"severity", alerts::to_string(item.severity())},
        {"kind", leading.kind},
        {"zone", leading.zone},
        {"title", leading.title},
        {"why", leading.why},
        {"numbers", leading.numbers},
        {"from", to_iso8601(item.from)},
        {"to", time_or_null(item.to)},
        {"tracks", std::move(tracks)},
        {"has_picture", item.has_picture},
        {"viewed", item.viewed},
        {"judgement", judgement_or_null(leading.judgement)},
        {"model", leading.model},
        {"rule", leading.rule},
        {"findings", std::move(findings)}};
}

Json track_json(const alerts::TrackRecord& track) {
    auto path = Json::array();
    for (const auto& point : track.path) {
        path.push_back(
            {rounded(point.x, 10'000), rounded(point.y, 10'000), rounded(point.seconds, 1000)}
        );
    }
    auto seconds = std::chrono::duration<double>(track.last - track.from).count();
    return {
        {"id", track.id},
        {"camera", track.camera.text()},
        {"kind", track.kind},
        {"colour", track.colour},
        {"from", to_iso8601(track.from)},
        {"to", track.ended ? Json(to_iso8601(track.last)) : Json()},
        {"seconds", rounded(seconds, 1000)},
        {"direction", track.direction},
        {"zones", track.zones},
        {"path", std::move(path)},
        {"has_picture", track.has_picture}};
}

Json accuracy_json(const alerts::Accuracy& accuracy) {
    auto precision = accuracy.precision();
    auto interval = accuracy.interval();
    return {
        {"camera", accuracy.camera.text()},
        {"rule", accuracy.rule},
        {"kind", accuracy.kind},
        {"model", accuracy.model},
        {"judged", accuracy.right + accuracy.wrong + accuracy.unsure},
        {"true", accuracy.right},
        {"false", accuracy.wrong},
        {"unsure", accuracy.unsure},
        {"precision", precision ? Json(*precision) : Json()},
        {"low", interval.low},
        {"high", interval.high},
        {"floor", accuracy.floor > 0 ? Json(accuracy.floor) : Json()},
        {"suspended", accuracy.suspended}};
}

}  // namespace proviso::api
