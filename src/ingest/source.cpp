#include <cstring>

#include <proviso/ingest/source.h>

namespace proviso::ingest {

SecretText::SecretText(std::string_view text) {
    auto view = as_bytes(text);
    bytes_.assign(view.begin(), view.end());
}

SecretText::SecretText(SecretText&& other) noexcept : bytes_(std::move(other.bytes_)) {
    other.bytes_.clear();
}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
    if (this != &other) {
        wipe();
        bytes_ = std::move(other.bytes_);
        other.bytes_.clear();
    }
    return *this;
}

SecretText::~SecretText() { wipe(); }

void SecretText::wipe() {
    if (!bytes_.empty()) ::explicit_bzero(bytes_.data(), bytes_.size());
    bytes_.clear();
}

std::string_view to_string(SourceState state) {
    switch (state) {
        case SourceState::Connecting: return "connecting";
        case SourceState::Playing: return "playing";
        case SourceState::Waiting: return "waiting";
        case SourceState::Stopped: return "stopped";
    }
    return "stopped";
}

}  // namespace proviso::ingest
