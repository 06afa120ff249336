#pragma once

#include <proviso/alerts/notices.h>

/// The messages, in the shapes Frigate users and Home Assistant know. Pure.
namespace proviso::alerts {

/// Payload of "<prefix>/reviews" and of webhooks: type, before, after.
Json review_payload(const ReviewChange& change);
/// Payload of "<prefix>/events".
Json track_payload(const TrackChange& change);

/// The discovery messages of a camera: topic and payload.
std::vector<std::pair<std::string, Json>> discovery(
    const MqttConfig& config, const CameraId& camera
);

/// One line: no control characters, no header can be smuggled in.
std::string one_line(std::string_view text);
/// A header's words, encoded (RFC 2047) where they are not plain ASCII.
std::string header_words(std::string_view text);
/// A whole message (RFC 5322) in plain text.
std::string mail_message(
    const MailConfig& config,
    std::string_view id,
    std::string_view subject,
    std::string_view body,
    Timestamp now
);
/// What falls on one day, for machines and for people; `due` is never empty.
Json reminder_payload(const std::vector<law::Due>& due, Day today, const std::string& public_url);
std::string reminder_subject(const std::vector<law::Due>& due, Day today);
std::string reminder_body(
    const std::vector<law::Due>& due, Day today, const std::string& public_url
);
Json break_glass_payload(const law::Lift& lift, const std::string& public_url);
std::string break_glass_body(const law::Lift& lift, const std::string& public_url);
std::string mail_subject(const ReviewItem& item);
std::string mail_body(const ReviewItem& item, const std::string& public_url);

}  // namespace proviso::alerts
