#pragma once

#include <string>

#include <proviso/law/matrix.h>

#include "http.h"

namespace proviso::api {

/// The one shape of every error (API-3).
Response problem(int status, std::string_view kind, std::string message, std::string next_step);

/// The answer to an error. What is our mistake is logged with its story and told without it.
Response problem(const Error& error);

/// 403 "refused" with articles and what is missing.
Response problem(const law::Refusal& refusal);

/// The inside of "error", as the live socket sends it.
Json refusal_json(const law::Refusal& refusal);
Json reasons_json(const std::vector<law::Reason>& reasons);
Json missing_json(const std::vector<law::Missing>& missing);
Json duties_json(const std::vector<law::Duty>& duties);

/// The same words for what is absent and what is not for this person (API-2).
Error not_here();

}  // namespace proviso::api
