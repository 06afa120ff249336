#pragma once

#include <proviso/base/document.h>
#include <proviso/policy/parameters.h>

namespace proviso::policy {

/// The rule with each `{param: name}` in the place of a number or a day replaced by what the
/// pack's own table says. Unknown and wrongly typed names are errors with the nearest name.
Result<Json> with_parameters(const Json& rule, const std::vector<Parameter>& parameters);

}  // namespace proviso::policy
