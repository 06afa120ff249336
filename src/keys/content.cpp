#include "content.h"

#include <algorithm>

namespace proviso::keys {

namespace {

// A keystore without named keys keeps the older form, which older programs read.
constexpr std::uint8_t kPlainVersion = 1;
constexpr std::uint8_t kNamedVersion = 2;

/// Writes into locked memory, or only counts if there is none yet. (A ByteWriter would leave
/// copies of the keys behind whenever its vector grows.)
class SecretWriter {
public:
    SecretWriter() = default;

    explicit SecretWriter(MutableByteView out) : out_(out), counting_(false) {}

    std::size_t size() const { return size_; }

    void number(std::uint32_t value) {
        Bytes bytes;
        ByteWriter(bytes).u32(value);
        put(bytes);
    }

    void field(ByteView bytes) {
        number(static_cast<std::uint32_t>(bytes.size()));
        put(bytes);
    }

    void put(ByteView bytes) {
        if (!counting_) std::copy(bytes.begin(), bytes.end(), out_.begin() + offset());
        size_ += bytes.size();
    }

private:
    std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(size_); }

    MutableByteView out_;
    std::size_t size_ = 0;
    bool counting_ = true;
};

void write(const Content& content, SecretWriter& out) {
    bool named = !content.named.empty();
    out.put(std::array{named ? kNamedVersion : kPlainVersion});
    for (const auto* group : {&content.secrets, &content.camera_days, &content.named}) {
        if (group == &content.named && !named) continue;
        out.number(static_cast<std::uint32_t>(group->size()));
        for (const auto& [name, secret] : *group) {
            out.field(as_bytes(name));
            out.field(secret->view());
        }
    }
    out.number(static_cast<std::uint32_t>(content.tombstones.size()));
    for (const auto& tombstone : content.tombstones) {
        out.field(as_bytes(tombstone.reason));
        out.number(static_cast<std::uint32_t>(tombstone.key_ids.size()));
        for (const auto& id : tombstone.key_ids) out.field(as_bytes(id));
    }
}

std::string take_text(ByteReader& read) { return std::string(as_text(read.take(read.u32()))); }

}  // namespace

crypto::SecretBytes encode(const Content& content) {
    SecretWriter count;
    write(content, count);
    crypto::SecretBytes bytes(count.size());
    SecretWriter out(bytes.mutable_view());
    write(content, out);
    return bytes;
}

Result<Content> decode_content(ByteView bytes) {
    ByteReader read(bytes);
    Content content;
    auto version = read.u8();
    for (auto* group : {&content.secrets, &content.camera_days, &content.named}) {
        if (group == &content.named && version != kNamedVersion) continue;
        for (auto left = read.u32(); left > 0 && read.ok(); --left) {
            auto name = take_text(read);
            auto secret = crypto::SecretBytes::copy_of(read.take(read.u32()));
            group->emplace(name, std::make_shared<const crypto::SecretBytes>(std::move(secret)));
        }
    }
    for (auto left = read.u32(); left > 0 && read.ok(); --left) {
        Tombstone tombstone;
        tombstone.reason = take_text(read);
        for (auto ids = read.u32(); ids > 0 && read.ok(); --ids) {
            tombstone.key_ids.push_back(take_text(read));
        }
        content.tombstones.push_back(std::move(tombstone));
    }
    auto again = encode(content);
    if (version < kPlainVersion || version > kNamedVersion || !read.ok() || read.remaining() != 0 ||
        !crypto::equal_secret(again.view(), bytes)) {
        return Error(ErrorKind::Corrupt, "the keystore has an unknown form");
    }
    for (const auto& [id, secret] : content.camera_days) PROVISO_TRY(parse_key_id(id));
    for (const auto& [id, secret] : content.named) {
        if (!is_named_id(id)) return Error(ErrorKind::Corrupt, "the keystore has an unknown form");
    }
    return content;
}

std::string make_key_id(const CameraId& camera, Day day) {
    std::array<std::uint8_t, 4> random{};
    crypto::fill_random(random);
    return camera.text() + "/" + to_iso8601(day) + "/" + to_hex(random);
}

Result<KeyInfo> parse_key_id(std::string_view id) {
    auto first = id.find('/');
    auto second = first == std::string_view::npos ? first : id.find('/', first + 1);
    if (second == std::string_view::npos || id.size() - second != 9) {
        return invalid_input(
            "not the id of a camera-day key", "it looks like gate-1/2026-11-22/0a0b0c0d"
        );
    }
    auto camera = PROVISO_TRY(CameraId::parse(id.substr(0, first)));
    auto day = PROVISO_TRY(parse_day(id.substr(first + 1, second - first - 1)));
    PROVISO_TRY(from_hex(id.substr(second + 1)));
    return KeyInfo{std::string(id), std::move(camera), day};
}

std::string make_named_id(std::string_view use) {
    return std::string(use) + "/" + Uuid::random().text();
}

bool is_named_id(std::string_view id) {
    auto slash = id.find('/');
    if (slash == std::string_view::npos || !is_slug(id.substr(0, slash))) return false;
    return Uuid::parse(id.substr(slash + 1)).has_value();
}

}  // namespace proviso::keys
