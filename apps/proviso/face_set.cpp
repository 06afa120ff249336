#include "face_set.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <proviso/base/file.h>

namespace proviso::app {

namespace {

constexpr std::size_t kMostFields = 1'000'000;

std::optional<std::size_t> column(const std::vector<std::string>& header, std::string_view name) {
    auto found = std::find(header.begin(), header.end(), name);
    if (found == header.end()) return {};
    return static_cast<std::size_t>(found - header.begin());
}

}  // namespace

Result<std::vector<std::vector<std::string>>> parse_csv(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row;
    std::string field;
    std::size_t fields = 0;
    bool quoted = false;
    bool any = false;
    auto end_field = [&] {
        row.push_back(std::move(field));
        field.clear();
        ++fields;
    };
    auto end_row = [&] {
        if (!any) return;
        end_field();
        rows.push_back(std::move(row));
        row.clear();
        any = false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (quoted) {
            if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
                field += '"';
                ++i;
            } else if (c == '"') {
                quoted = false;
            } else {
                field += c;
            }
        } else if (c == '"') {
            quoted = true;
            any = true;
        } else if (c == ',') {
            any = true;
            end_field();
        } else if (c == '\n' || c == '\r') {
            end_row();
        } else {
            field += c;
            any = true;
        }
        if (fields > kMostFields) return Error(ErrorKind::TooLarge, "the table is too large");
    }
    if (quoted) return invalid_input("a quoted field of the table does not end");
    end_row();
    return rows;
}

Result<std::vector<SetPicture>> read_face_set(
    const std::filesystem::path& manifest, const std::vector<std::string>& group_columns
) {
    auto text = PROVISO_TRY(read_file(manifest));
    auto rows = PROVISO_TRY(parse_csv(text).while_doing(manifest.string()));
    if (rows.empty()) return invalid_input(fmt::format("{} is empty", manifest.string()));
    const auto& header = rows.front();
    auto person = column(header, "person");
    auto path = column(header, "path");
    if (!path) path = column(header, "file");
    if (!person || !path) {
        return invalid_input(
            fmt::format("{} has no columns 'person' and 'path'", manifest.string()),
            "write a header: path,person,group"
        );
    }
    std::vector<std::size_t> groups;
    for (const auto& name : group_columns) {
        if (auto at = column(header, name)) groups.push_back(*at);
    }
    std::vector<SetPicture> pictures;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto& row = rows[i];
        if (row.size() != header.size() || row[*person].empty() || row[*path].empty()) {
            return invalid_input(
                fmt::format("row {} of {} is not complete", i + 1, manifest.string())
            );
        }
        SetPicture picture;
        picture.path = manifest.parent_path() / row[*path];
        picture.person = row[*person];
        for (auto at : groups) {
            if (!picture.group.empty() && !row[at].empty()) picture.group += ' ';
            picture.group += row[at];
        }
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

}  // namespace proviso::app
