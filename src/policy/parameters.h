#pragma once

#include <proviso/base/document.h>
#include <proviso/policy/parameters.h>

namespace proviso::policy {

/// The rows as they are hashed: texts only, what is empty left out, by name.
Json to_json(const std::vector<Parameter>& parameters);

/// One row of to_json(), checked as strictly as in the file.
Result<Parameter> parameter_from_json(const Json& row);

/// What a whole table must be: no name twice, no default beyond its cap or below its floor.
Result<> check_parameters(const std::vector<Parameter>& parameters);

}  // namespace proviso::policy
