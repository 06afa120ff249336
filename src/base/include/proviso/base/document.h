#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <proviso/base/result.h>

namespace proviso {

using Json = nlohmann::json;

/// What an outsider's text may be at most. Beyond it: TooLarge or InvalidInput, nothing half-read.
struct DocumentLimits {
    std::size_t bytes = 1U << 20U;
    int depth = 32;
    std::size_t nodes = 100'000;
};

/// Strict JSON: UTF-8, no comments, no NaN, a duplicate key is an error, limits as given.
/// Errors name the byte offset.
Result<Json> parse_json(std::string_view text, const DocumentLimits& limits = {});

/// YAML documents (`---` between them) as JSON values. Aliases, anchors, tags and duplicate keys
/// are errors; plain `true false null` and numbers are typed as in YAML 1.2's core schema, so
/// that `no` and `NO` stay text (Norway is a country). Errors name line and column.
Result<std::vector<Json>> parse_yaml(std::string_view text, const DocumentLimits& limits = {});

/// One YAML document; an error if there is none or more than one.
Result<Json> parse_yaml_document(std::string_view text, const DocumentLimits& limits = {});

/// Block-style YAML of a JSON value, quoting what needs it.
std::string to_yaml(const Json& value);

/// Sorted keys, no spaces: the one byte form that is hashed and signed. Integers only, no
/// floating-point numbers (a caller's mistake: throws std::logic_error).
std::string canonical_json(const Json& value);

/// Reads the fields of one object strictly: each getter checks type and range, `finish()` refuses
/// whatever was not asked for and offers the nearest known name. The first problem wins.
///
///     ObjectReader read(json, "camera");
///     auto name = read.text("name");
///     auto ptz = read.boolean_or("ptz", false);
///     PROVISO_TRY(read.finish());
class ObjectReader {
public:
    /// `where` is how the object is called in errors ("camera 'gate'").
    ObjectReader(const Json& object, std::string where);

    bool has(std::string_view key);
    std::string text(std::string_view key);
    std::string text_or(std::string_view key, std::string fallback);
    std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most);
    std::int64_t integer_or(
        std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback
    );
    bool boolean(std::string_view key);
    bool boolean_or(std::string_view key, bool fallback);
    /// One of `allowed`; the error offers the nearest.
    std::string one_of(std::string_view key, const std::vector<std::string>& allowed);
    std::string one_of_or(
        std::string_view key, const std::vector<std::string>& allowed, std::string fallback
    );
    std::vector<std::string> texts_or_empty(std::string_view key);
    /// The member as it is; null if absent.
    const Json& member(std::string_view key);

    /// Notes a problem found by the caller ("zone 'x' has fewer than three corners").
    void fail(std::string message, std::string next_step = {});

    /// The first problem, or an unknown key, or success.
    Result<> finish();

private:
    const Json* find(std::string_view key, bool required);

    const Json& object_;
    std::string where_;
    std::vector<std::string> known_;
    std::vector<Error> problems_;
};

/// The candidate with the smallest edit distance if it is close enough to be a slip of the
/// finger; empty otherwise.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace proviso
