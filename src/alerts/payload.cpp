#include "payload.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include <proviso/behaviour/observation.h>
#include <proviso/crypto/encode.h>

namespace proviso::alerts {

namespace {

/// Unix seconds with their fraction, as Frigate gives times.
double seconds(Timestamp at) {
    return static_cast<double>(at.time_since_epoch().count()) / 1'000'000;
}

Json end_or_null(const std::optional<Timestamp>& at) { return at ? Json(seconds(*at)) : Json(); }

Json review_json(const ReviewItem& item) {
    const auto& leading = item.leading();
    auto ids = Json::array();
    std::set<std::string> objects;
    std::set<std::string> zones;
    for (const auto& track : item.tracks) {
        ids.push_back(track.id);
        objects.insert(track.kind);
    }
    for (const auto& finding : item.findings) {
        if (!finding.zone.empty()) zones.insert(finding.zone);
    }
    return {
        {"id", item.id},
        {"camera", item.camera.text()},
        {"start_time", seconds(item.from)},
        {"end_time", end_or_null(item.to)},
        {"severity", to_string(item.severity())},
        {"thumb_path", item.has_picture ? "/api/review/" + item.id + "/picture.jpg" : ""},
        {"data",
         {{"detections", std::move(ids)},
          {"objects", objects},
          {"sub_labels", Json::array()},
          {"zones", zones},
          {"audio", Json::array()}}},
        {"title", leading.title},
        {"why", leading.why},
        {"kind", leading.kind},
        {"rule", leading.rule},
        {"model", leading.model}};
}

Json track_json(const TrackRecord& track) {
    return {
        {"id", track.id},
        {"camera", track.camera.text()},
        {"frame_time", seconds(track.last)},
        {"label", track.kind},
        {"sub_label", nullptr},
        {"false_positive", false},
        {"start_time", seconds(track.from)},
        {"end_time", track.ended ? Json(seconds(track.last)) : Json()},
        {"entered_zones", track.zones},
        {"has_snapshot", track.has_picture},
        {"colour", track.colour},
        {"direction", track.direction}};
}

template <class Change>
Json payload(const Change& change, Json (*to_json)(const decltype(change.after)&)) {
    return {
        {"type", to_string(change.stage)},
        {"before", to_json(change.before)},
        {"after", to_json(change.after)}};
}

std::string date_of(Timestamp now) {
    auto time = static_cast<std::time_t>(now.time_since_epoch().count() / 1'000'000);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> kMonths{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return fmt::format(
        "{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
        kDays.at(static_cast<std::size_t>(parts.tm_wday)),
        parts.tm_mday,
        kMonths.at(static_cast<std::size_t>(parts.tm_mon)),
        parts.tm_year + 1900,
        parts.tm_hour,
        parts.tm_min,
        parts.tm_sec
    );
}

std::string folded(const std::string& text) {
    constexpr std::size_t kLine = 76;
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at += kLine) {
        lines += text.substr(at, kLine) + "\r\n";
    }
    return lines;
}

}  // namespace

Json review_payload(const ReviewChange& change) { return payload(change, review_json); }

Json track_payload(const TrackChange& change) { return payload(change, track_json); }

std::vector<std::pair<std::string, Json>> discovery(
    const MqttConfig& config, const CameraId& camera
) {
    const auto& name = camera.text();
    auto topic = [&](std::string_view what) {
        return fmt::format("{}/{}/{}", config.topic_prefix, name, what);
    };
    const Json device{
        {"identifiers", {fmt::format("{}_{}", config.topic_prefix, name)}},
        {"name", name},
        {"manufacturer", "Proviso"},
        {"model", "camera"}};
    std::vector<std::pair<std::string, Json>> all;
    auto add = [&](std::string_view component, std::string_view what, Json more) {
        auto id = fmt::format("{}_{}_{}", config.topic_prefix, name, what);
        more["unique_id"] = id;
        more["object_id"] = id;
        more["availability_topic"] = config.topic_prefix + "/available";
        more["device"] = device;
        all.emplace_back(
            fmt::format("{}/{}/{}/config", config.discovery_prefix, component, id), std::move(more)
        );
    };
    add("binary_sensor",
        "motion",
        {{"name", "Motion"},
         {"state_topic", topic("motion")},
         {"payload_on", "ON"},
         {"payload_off", "OFF"},
         {"device_class", "motion"}});
    add("sensor",
        "review_status",
        {{"name", "Review status"}, {"state_topic", topic("review_status")}});
    for (auto kind : {"person", "vehicle", "bike", "animal"}) {
        add("sensor",
            fmt::format("{}_count", kind),
            {{"name", fmt::format("{} count", kind)},
             {"state_topic", topic(kind)},
             {"state_class", "measurement"},
             {"unit_of_measurement", "objects"}});
    }
    return all;
}

std::string one_line(std::string_view text) {
    std::string line;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        line += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
    return line;
}

std::string header_words(std::string_view text) {
    auto line = one_line(text);
    bool plain = std::all_of(line.begin(), line.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
    if (plain && line.size() < 200) return line;
    // An encoded word holds at most 75 characters, and no UTF-8 character is cut in two.
    constexpr std::size_t kMost = 42;
    std::string words;
    for (std::size_t at = 0; at < line.size();) {
        auto end = std::min(at + kMost, line.size());
        while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
        if (end <= at) end = std::min(at + kMost, line.size());
        if (!words.empty()) words += "\r\n ";
        words += "=?utf-8?B?" + crypto::to_base64(as_bytes(line.substr(at, end - at))) + "?=";
        at = end;
    }
    return words;
}

std::string mail_message(
    const MailConfig& config,
    std::string_view id,
    std::string_view subject,
    std::string_view body,
    Timestamp now
) {
    std::string to;
    for (const auto& one : config.recipients) to += (to.empty() ? "" : ", ") + one_line(one);
    auto host = config.from.substr(std::min(config.from.find('@') + 1, config.from.size()));
    return fmt::format(
        "Date: {}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\n"
        "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        date_of(now),
        one_line(config.from),
        to,
        header_words(subject),
        one_line(id),
        one_line(host),
        folded(crypto::to_base64(as_bytes(body)))
    );
}

Json reminder_payload(const std::vector<law::Due>& due, Day today, const std::string& public_url) {
    Json items = Json::array();
    for (const auto& one : due) {
        Json cameras = Json::array();
        for (const auto& camera : one.what.cameras) cameras.push_back(camera.text());
        items.push_back(
            {{"id", one.what.id},
             {"kind", one.what.kind},
             {"text", one.what.text},
             {"steps", one.what.steps},
             {"cameras", std::move(cameras)},
             {"step_days", one.step}}
        );
    }
    auto day = due.front().what.on;
    Json payload = {
        {"type", "reminder"},
        {"on", to_iso8601(day)},
        {"days_left", (day - today).count()},
        {"items", std::move(items)}};
    if (!public_url.empty()) payload["url"] = public_url + "/compliance";
    return payload;
}

std::string reminder_subject(const std::vector<law::Due>& due, Day today) {
    auto day = due.front().what.on;
    auto left = (day - today).count();
    return fmt::format(
        "{} ({}): {} to be ready for",
        to_iso8601(day),
        left == 0 ? "today" : fmt::format("in {} {}", left, left == 1 ? "day" : "days"),
        due.size() == 1 ? "one thing" : fmt::format("{} things", due.size())
    );
}

std::string reminder_body(
    const std::vector<law::Due>& due, Day today, const std::string& public_url
) {
    auto text = reminder_subject(due, today) + "\n";
    for (const auto& one : due) {
        text += "\n" + one.what.text + "\n";
        for (const auto& step : one.what.steps) text += "  - " + step + "\n";
        if (one.what.cameras.empty()) continue;
        text += "Cameras:";
        constexpr std::size_t kMostNamed = 40;
        for (std::size_t i = 0; i < std::min(kMostNamed, one.what.cameras.size()); ++i) {
            text += " " + one.what.cameras[i].text();
        }
        if (one.what.cameras.size() > kMostNamed) {
            text += fmt::format(" and {} more", one.what.cameras.size() - kMostNamed);
        }
        text += "\n";
    }
    if (!public_url.empty()) text += "\n" + public_url + "/compliance\n";
    return text;
}

Json break_glass_payload(const law::Lift& lift, const std::string& public_url) {
    Json cameras = Json::array();
    for (const auto& camera : lift.what.cameras) cameras.push_back(camera.text());
    Json payload = {
        {"type", "break_glass"},
        {"lift", lift.id},
        {"user", lift.what.user.text()},
        {"cameras", std::move(cameras)},
        {"start_time", seconds(lift.begins)},
        {"end_time", seconds(lift.ends)},
        {"review_due", end_or_null(lift.review_due)}};
    if (!public_url.empty()) payload["url"] = public_url + "/approvals";
    return payload;
}

std::string break_glass_body(const law::Lift& lift, const std::string& public_url) {
    auto text = fmt::format(
        "{} sees people without masks, and asked nobody first.\n\nUntil:      {}\nReview due: {}\n"
        "Cameras:   ",
        lift.what.user.text(),
        to_iso8601(lift.ends),
        to_iso8601(lift.review_due.value_or(lift.ends))
    );
    for (const auto& camera : lift.what.cameras) text += " " + camera.text();
    text += "\n\nSomebody else has to look at it: what was the reason, and was it one?\n";
    if (!public_url.empty()) text += "\n" + public_url + "/approvals\n";
    return text;
}

std::string mail_subject(const ReviewItem& item) {
    return fmt::format("{}: {}", item.camera.text(), item.leading().title);
}

std::string mail_body(const ReviewItem& item, const std::string& public_url) {
    const auto& leading = item.leading();
    auto text = fmt::format(
        "{}\n\n{}\n\nCamera: {}\nTime:   {}\nKind:   {}\n",
        leading.title,
        leading.why,
        item.camera.text(),
        to_iso8601(item.from),
        leading.kind
    );
    if (!leading.rule.empty()) text += fmt::format("Rule:   {}\n", leading.rule);
    if (!leading.zone.empty()) text += fmt::format("Zone:   {}\n", leading.zone);
    if (!public_url.empty()) text += fmt::format("\n{}/review?item={}\n", public_url, item.id);
    return text;
}

}  // namespace proviso::alerts
