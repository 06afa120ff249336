#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/registers/documents.h>
#include <proviso/vision/eye.h>

/// From a camera's document to what must be asked, and from the answers to what is looked for.
/// Pure.
namespace proviso::app {

/// One thing that a document asks for, as the API shows it.
struct WantedAnalytic {
    std::string kind;  ///< analytic.kind
    std::string name;  ///< of the rule; the kind itself where there is none
    bool rule = false;
};

/// What the document asks for and what that stands on, in the order shown; empty: nothing.
std::vector<WantedAnalytic> wanted_of(const registers::Camera& camera);

/// The kinds that `kind` cannot do without.
std::vector<std::string_view> foundations_of(std::string_view kind);

/// True for kinds that compare people with a gallery.
bool identifies(std::string_view kind);

using Permitted = std::function<bool(std::string_view kind)>;

/// What a worker may do for this camera, given what is permitted.
vision::EyeConfig eye_config(const registers::Camera& camera, const Permitted& permitted);

/// The kinds that `config` rests on (VIS-10), identification apart.
std::vector<std::string_view> kinds_under(
    const vision::EyeConfig& config, const Permitted& permitted
);

/// The stream that is looked at: the sub stream if there is one.
media::StreamKind looked_at(const registers::Camera& camera);

}  // namespace proviso::app
