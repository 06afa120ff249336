#include "evidence.h"

#include <proviso/base/log.h>

namespace proviso::api {

namespace {

Error cannot_record(const Error& cause) {
    return {
        ErrorKind::Unavailable,
        "the ledger cannot record this now, so nothing is shown or changed",
        cause.next_step().empty() ? "make sure the storage has room and is writable"
                                  : cause.next_step()};
}

}  // namespace

Result<std::uint64_t> write_down(
    ledger::Ledger& ledger, std::string_view type, Json body, Json personal
) {
    ledger::Draft draft;
    draft.type = type;
    draft.body = std::move(body);
    draft.personal = std::move(personal);
    auto receipt = ledger.append(std::move(draft));
    if (receipt) return receipt->index;
    log_error("api: an entry '{}' could not be written: {}", type, receipt.error().story());
    return cannot_record(receipt.error());
}

Error undecided(Error error) {
    if (error.kind() == ErrorKind::NotFound) return error;
    log_error("api: a decision could not be written: {}", error.story());
    return cannot_record(error);
}

}  // namespace proviso::api
