#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/result.h>

/// What a single field of a document may hold. Errors are phrases to follow the field's name.
namespace proviso::registers {

struct FieldProblem {
    std::string what;
    std::string next_step;
};

using Verdict = std::optional<FieldProblem>;

enum class Lines { One, Many };

/// Valid UTF-8 of at most `most` characters, without control characters or marks that turn the
/// direction of what follows; Many allows line ends and tabs.
Verdict check_human_text(std::string_view text, std::size_t most, Lines lines);

/// rtsp://, rtsps:// or file:///, a real host and port, no credentials anywhere.
Verdict check_camera_url(std::string_view url);

/// "rtsp://10.0.0.5:554": who would be given the password. Of a URL that passed.
std::string authority_of(std::string_view url);

/// An IANA name that this machine's tz database knows.
Verdict check_timezone(std::string_view name);

}  // namespace proviso::registers
