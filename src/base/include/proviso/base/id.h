#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <proviso/base/result.h>

namespace proviso {

/// True for a name usable in a path, a URL and a metric: `[a-z0-9]` first, then up to 62 of
/// `[a-z0-9_-]`.
bool is_slug(std::string_view text);

/// A name given by people, which cannot be swapped with another kind of name.
/// `parse` is the only way in from outside.
template <class Tag>
class Name {
public:
    Name() = default;

    /// InvalidInput unless `is_slug(text)`.
    static Result<Name> parse(std::string_view text) {
        if (!is_slug(text)) {
            return invalid_input(
                std::string(Tag::kNoun) + " name is not valid",
                "use 1 to 63 of a-z, 0-9, '-' and '_', beginning with a letter or digit"
            );
        }
        return Name(text);
    }

    /// For names that are literals in the code.
    static Name literal(std::string_view text) { return Name(text); }

    const std::string& text() const { return text_; }

    bool empty() const { return text_.empty(); }

    friend auto operator<=>(const Name&, const Name&) = default;
    friend bool operator==(const Name&, const Name&) = default;

private:
    explicit Name(std::string_view text) : text_(text) {}

    std::string text_;
};

struct CameraTag {
    static constexpr std::string_view kNoun = "camera";
};

struct SiteTag {
    static constexpr std::string_view kNoun = "site";
};

struct PurposeTag {
    static constexpr std::string_view kNoun = "purpose";
};

struct UserTag {
    static constexpr std::string_view kNoun = "user";
};

using CameraId = Name<CameraTag>;
using SiteId = Name<SiteTag>;
using PurposeId = Name<PurposeTag>;
/// Pseudonymous and random (`u-...`): never the sign-in name, so that it may stand in the ledger.
using UserId = Name<UserTag>;

/// 128 random bits, written as 32 lower-case hexadecimal digits.
class Uuid {
public:
    Uuid() = default;

    explicit Uuid(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}

    /// From the kernel's random generator.
    static Uuid random();

    static Result<Uuid> parse(std::string_view hex);

    std::string text() const;

    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

    friend auto operator<=>(const Uuid&, const Uuid&) = default;
    friend bool operator==(const Uuid&, const Uuid&) = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
};

using SegmentId = Uuid;

}  // namespace proviso

template <class Tag>
struct std::hash<proviso::Name<Tag>> {
    std::size_t operator()(const proviso::Name<Tag>& name) const noexcept {
        return std::hash<std::string>{}(name.text());
    }
};

template <>
struct std::hash<proviso::Uuid> {
    std::size_t operator()(const proviso::Uuid& id) const noexcept {
        return std::hash<std::string_view>{}(
            {reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()}
        );
    }
};
