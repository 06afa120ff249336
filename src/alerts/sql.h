#pragma once

#include <functional>
#include <string>
#include <vector>

#include <soci/soci.h>

#include <proviso/alerts/records.h>

/// What the tables of this module share.
namespace proviso::alerts {

/// The end of what lasts: the year 10000.
inline constexpr long long kLasting = 253'402'300'800'000'000;

inline long long to_us(Timestamp at) { return at.time_since_epoch().count(); }

inline Timestamp from_us(long long us) { return Timestamp(microseconds(us)); }

inline std::optional<Timestamp> end_from_us(long long us) {
    return us == kLasting ? std::nullopt : std::optional(from_us(us));
}

/// A WHERE clause put together piece by piece, its values bound by name, never written into it.
class Where {
public:
    /// `text` names the value as ":name".
    void add(const std::string& text);
    void add(const std::string& text, std::string name, std::string value);
    void add(const std::string& text, std::string name, long long value);
    /// Only cameras of `scope`.
    void within(const CameraScope& scope, const std::string& column);

    /// "1 = 1" if nothing was added.
    std::string text() const;
    void bind(soci::statement& statement) const;

private:
    struct Text {
        std::string name;
        std::string value;
    };

    struct Number {
        std::string name;
        long long value;
    };

    std::vector<std::string> pieces_;
    // Bound by reference: neither may move once bind() was called.
    std::vector<Text> texts_;
    std::vector<Number> numbers_;
};

}  // namespace proviso::alerts
