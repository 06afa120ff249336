#pragma once

#include <filesystem>
#include <map>

#include "http.h"

namespace proviso::api {

/// The built web UI, read into memory once: a request only ever looks up a name in a map, so no
/// path of a request reaches the file system (API-7). Immutable after open(), thread-safe.
class WebFiles {
public:
    /// Reads regular files below `folder` (no links, at most 64 MiB together). An empty path: no
    /// UI, every page is absent. InvalidInput without an index.html.
    static Result<WebFiles> open(const std::filesystem::path& folder);

    /// A file; for a path without a file extension the page itself, since the UI routes inside it.
    Response serve(const Request& request) const;

private:
    struct File {
        std::shared_ptr<const std::string> content;
        std::string type;
        std::string tag;
        bool immutable = false;  ///< its name holds a hash of its content
    };

    Response page() const;

    std::map<std::string, File, std::less<>> files_;
};

}  // namespace proviso::api
