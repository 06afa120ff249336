#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/base/document.h>
#include <proviso/base/time.h>

#include "channel.h"

/// Requests and responses as the handlers see them: nothing here or above names the HTTP library.
namespace proviso::api {

enum class Method { Get, Head, Post, Put, Patch, Delete, Other };

std::string_view to_string(Method method);
Method parse_method(std::string_view text);

struct Request {
    Method method = Method::Get;
    std::string path;                                          ///< as sent, up to '?'
    std::string query;                                         ///< as sent, after '?'
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    std::string body;
    bool wants_websocket = false;

    /// Empty if absent.
    std::string_view header(std::string_view name) const;
    /// The value of a cookie; empty if it is absent or sent twice (somebody planted one).
    std::string_view cookie(std::string_view name) const;
};

/// Percent-decoding; nothing if an escape is broken or what comes out is not UTF-8 without control
/// characters.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

/// The decoded segments of a path ("/api/x" -> {"api","x"}). Nothing for a path that is not in
/// its plain form: no '.' or '..' segment, no empty one, no hidden '/' or NUL.
std::optional<std::vector<std::string>> split_path(std::string_view path);

/// Query parameters. The first problem wins and is told by finish().
class Query {
public:
    /// InvalidInput for broken escapes, a name sent twice, or one that is not in `known` (offers
    /// the nearest).
    static Result<Query> parse(std::string_view text, const std::vector<std::string>& known);

    std::optional<std::string> text(const std::string& name) const;
    Result<std::optional<Timestamp>> time(const std::string& name) const;
    Result<Timestamp> required_time(const std::string& name) const;
    Result<std::optional<Day>> day(const std::string& name) const;
    Result<Day> required_day(const std::string& name) const;
    Result<std::optional<std::uint64_t>> number(const std::string& name) const;
    Result<std::uint64_t> required_number(const std::string& name) const;
    Result<bool> flag(const std::string& name) const;

private:
    std::map<std::string, std::string> values_;
};

/// A body that is made while it is sent. Called on a worker thread, one call at a time.
class BodySource {
public:
    BodySource() = default;
    BodySource(const BodySource&) = delete;
    BodySource& operator=(const BodySource&) = delete;
    virtual ~BodySource() = default;

    /// Nothing at the end. On an error the connection is cut, so that the client sees that
    /// something is missing.
    virtual Result<std::optional<Bytes>> next() = 0;
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Instead of `body`, at most one of these:
    std::shared_ptr<const std::string> shared_body;
    std::unique_ptr<BodySource> source;
    std::optional<std::uint64_t> source_length;  ///< none: chunked
    std::unique_ptr<Channel> channel;  ///< WebSocket if the request asked for it, else a stream

    static Response json(int status, const Json& value);
    static Response text(int status, std::string_view type, std::string body);
    static Response nothing();

    void set(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
    }
};

}  // namespace proviso::api
