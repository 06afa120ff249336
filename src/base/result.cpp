#include <cerrno>
#include <system_error>

#include <proviso/base/result.h>

namespace proviso {

std::string_view to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::InvalidInput: return "invalid_input";
        case ErrorKind::NotFound: return "not_found";
        case ErrorKind::Conflict: return "conflict";
        case ErrorKind::Unauthorized: return "unauthorized";
        case ErrorKind::Forbidden: return "forbidden";
        case ErrorKind::Refused: return "refused";
        case ErrorKind::Unavailable: return "unavailable";
        case ErrorKind::NoSpace: return "no_space";
        case ErrorKind::Corrupt: return "corrupt";
        case ErrorKind::Timeout: return "timeout";
        case ErrorKind::TooLarge: return "too_large";
        case ErrorKind::Internal: return "internal";
    }
    return "internal";
}

std::string Error::story() const {
    std::string told;
    for (auto step = doing_.rbegin(); step != doing_.rend(); ++step) {
        told += *step;
        told += ": ";
    }
    told += message_;
    return told;
}

Error Error::while_doing(std::string_view what) && {
    doing_.emplace_back(what);
    return std::move(*this);
}

Error invalid_input(std::string message, std::string next_step) {
    return {ErrorKind::InvalidInput, std::move(message), std::move(next_step)};
}

Error errno_error(std::string_view what, int error_number) {
    auto kind = ErrorKind::Internal;
    std::string next_step;
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
            kind = ErrorKind::NoSpace;
            next_step = "free space on the storage or shorten the retention";
            break;
        case ENOENT: kind = ErrorKind::NotFound; break;
        case EEXIST: kind = ErrorKind::Conflict; break;
        case EACCES:
        case EPERM:
        case EROFS:
            kind = ErrorKind::Forbidden;
            next_step = "check the owner and the permissions of the path";
            break;
        case EIO: kind = ErrorKind::Corrupt; break;
        case ETIMEDOUT: kind = ErrorKind::Timeout; break;
        case ECONNREFUSED:
        case ECONNRESET:
        case EHOSTUNREACH:
        case ENETUNREACH:
        case EPIPE:
        case EAGAIN: kind = ErrorKind::Unavailable; break;
        default: break;
    }
    return {
        kind,
        std::string(what) + ": " + std::generic_category().message(error_number),
        std::move(next_step)};
}

}  // namespace proviso
