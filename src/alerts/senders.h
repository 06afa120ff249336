#pragma once

#include "outbox.h"

namespace proviso::alerts {

/// "sha256=<hex>" over "<unix seconds>.<body>": the time is signed too, so that an old message
/// cannot be played back as a new one.
std::string webhook_signature(ByteView secret, std::int64_t unix_seconds, std::string_view body);

Result<std::unique_ptr<Sender>> make_webhook(const WebhookConfig& config, const Clock& clock);
Result<std::unique_ptr<Sender>> make_mail(const MailConfig& config, const Clock& clock);
/// Connects in the background, and again whenever the broker was away; then says "online" and
/// everything retained once more.
Result<std::unique_ptr<Sender>> make_mqtt(const MqttConfig& config);

/// The first line of a file of secrets. InvalidInput if it is empty or shorter than `least`.
Result<std::string> read_secret(const std::filesystem::path& file, std::size_t least);

}  // namespace proviso::alerts
