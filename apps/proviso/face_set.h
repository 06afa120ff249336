#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/result.h>

namespace proviso::app {

/// One picture of a labelled set.
struct SetPicture {
    std::filesystem::path path;
    std::string person;
    std::string group;
};

/// RFC 4180: quoted fields, doubled quotes, either line end. InvalidInput for an open quote;
/// TooLarge over a million fields.
Result<std::vector<std::vector<std::string>>> parse_csv(std::string_view text);

/// A manifest with a header. Needs the columns `person` and `path` (or `file`); paths are relative
/// to the manifest. `group_columns` together make the group ("female african-american"); those
/// that are not there make none.
Result<std::vector<SetPicture>> read_face_set(
    const std::filesystem::path& manifest, const std::vector<std::string>& group_columns
);

}  // namespace proviso::app
