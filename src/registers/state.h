#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/registers/documents.h>

#include "document_reader.h"

namespace proviso::registers {

/// One document that changes, as it is written to the tables and the ledger.
// NOLINTNEXTLINE(bugprone-exception-escape): moving a Json does not throw, whatever it asserts.
struct Operation {
    std::string kind;
    std::string name;
    std::string what;  ///< "created", "changed", "withdrawn", "removed"
    Json document;     ///< the form shown; of a removed one its last
    std::string digest;
    std::string sealed_password;  ///< of a camera
    std::string password;         ///< in clear, still to be sealed; empty if none is new

    /// With an empty `what`, the comparison with what was before decides.
    static Operation of(Json document, std::string what = {}) {
        Operation operation;
        operation.document = std::move(document);
        operation.what = std::move(what);
        return operation;
    }
};

/// A state that is being changed; the operations are the difference to where it began.
class Draft {
public:
    explicit Draft(const Snapshot& from) : state_(from) {}

    Result<> put(Document document, std::string_view where);
    Result<> withdraw(std::string_view record);
    Result<> remove(std::string_view kind, std::string_view name);

    /// References between the documents of the state after the change.
    Result<> check_references() const;

    std::vector<Operation>& operations() { return operations_; }

    /// All documents named, also those that did not change.
    struct Touched {
        std::string kind;
        std::string name;
        std::string what;
    };

    const std::vector<Touched>& touched() const { return touched_; }

    /// Takes over what was sealed for `operations()[index]`.
    void set_sealed(std::size_t index, std::string sealed);

    Snapshot take() { return std::move(state_); }

private:
    Result<> put_camera(CameraDocument document, std::string_view where);
    Result<> put_record(Record record, std::string_view where);
    void note(
        std::string_view kind, std::string_view name, const Json& before, Operation operation
    );
    void withdraw_records(const std::function<bool(const Record&)>& concerned);

    Snapshot state_;
    std::vector<Operation> operations_;
    std::vector<Touched> touched_;
};

/// The document of the form shown, plus the sealed password of a camera, into `state`.
Result<> restore(Snapshot& state, const Json& document, const std::string& sealed_password);

/// The form shown of one document; null if there is none.
Json find_document(const Snapshot& state, std::string_view kind, std::string_view name);

/// InvalidInput with the nearest kind unless it is one of the four.
Result<> check_kind(std::string_view kind);

}  // namespace proviso::registers
