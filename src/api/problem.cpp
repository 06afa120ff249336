#include "problem.h"

#include <proviso/base/log.h>

namespace proviso::api {

namespace {

int status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::InvalidInput: return 400;
        case ErrorKind::Unauthorized: return 401;
        case ErrorKind::Forbidden:
        case ErrorKind::Refused: return 403;
        case ErrorKind::NotFound: return 404;
        case ErrorKind::Conflict: return 409;
        case ErrorKind::TooLarge: return 413;
        case ErrorKind::Unavailable:
        case ErrorKind::Timeout:
        case ErrorKind::NoSpace: return 503;
        case ErrorKind::Corrupt:
        case ErrorKind::Internal: return 500;
    }
    return 500;
}

}  // namespace

Response problem(int status, std::string_view kind, std::string message, std::string next_step) {
    return Response::json(
        status,
        {{"error",
          {{"kind", kind}, {"message", std::move(message)}, {"next_step", std::move(next_step)}}}}
    );
}

Response problem(const Error& error) {
    auto status = status_of(error.kind());
    if (status >= 500) log_warning("api: {}: {}", to_string(error.kind()), error.story());
    if (error.kind() == ErrorKind::Internal) {
        return problem(
            500,
            "internal",
            "something went wrong inside",
            "try again; if it stays, the log of the server says more"
        );
    }
    return problem(status, to_string(error.kind()), error.message(), error.next_step());
}

Json reasons_json(const std::vector<law::Reason>& reasons) {
    auto list = Json::array();
    for (const auto& reason : reasons) {
        list.push_back(
            {{"rule", reason.rule},
             {"cite", reason.cite},
             {"title", reason.title},
             {"effect", reason.effect}}
        );
    }
    return list;
}

Json missing_json(const std::vector<law::Missing>& missing) {
    auto list = Json::array();
    for (const auto& lack : missing) {
        list.push_back(
            {{"what", lack.what},
             {"rule", lack.rule},
             {"next_step", lack.next_step},
             {"owner", lack.owner}}
        );
    }
    return list;
}

Json duties_json(const std::vector<law::Duty>& duties) {
    auto list = Json::array();
    for (const auto& duty : duties) list.push_back({{"duty", duty.id}, {"text", duty.text}});
    return list;
}

Json refusal_json(const law::Refusal& refusal) {
    return {
        {"kind", "refused"},
        {"message", refusal.words()},
        {"next_step",
         refusal.missing.empty() ? "The law does not allow it here."
                                 : refusal.missing[0].next_step},
        {"articles", reasons_json(refusal.reasons)},
        {"missing", missing_json(refusal.missing)},
    };
}

Response problem(const law::Refusal& refusal) {
    return Response::json(403, {{"error", refusal_json(refusal)}});
}

Error not_here() {
    return {ErrorKind::NotFound, "there is no such thing here", "check the address"};
}

}  // namespace proviso::api
