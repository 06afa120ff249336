#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <proviso/ledger/ledger.h>
#include <proviso/registers/documents.h>
#include <proviso/registers/source.h>
#include <proviso/store/database.h>

namespace proviso::registers {

/// Who changes something: a pseudonymous id, and why.
struct Author {
    UserId user;
    std::string reason;  ///< free text; kept as the erasable part of the ledger entry
};

struct Change {
    std::string kind;  ///< "site", "camera", "purpose", "record"
    std::string name;
    std::string what;  ///< "created", "changed", "unchanged", "withdrawn", "removed"
};

/// Seals a camera password before it is stored; given by the house from the key store.
using PasswordSealer = std::function<Result<std::string>(const CameraId&, std::string_view)>;

/// The registers: every revision kept, each change in the ledger before it takes effect. On any
/// error nothing has changed. Thread-safe.
class Registers final : public Source {
public:
    static Result<std::unique_ptr<Registers>> open(
        store::Database& database, ledger::Ledger& ledger, const Clock& clock, PasswordSealer sealer
    );
    Registers(const Registers&) = delete;
    Registers& operator=(const Registers&) = delete;
    ~Registers() override;

    /// The newest state; cheap.
    SnapshotPtr snapshot() const override;

    /// Applies YAML documents (`kind:`, `name:`, fields). All or nothing; references (camera ->
    /// site, purpose) are checked against the state after the change; errors name the document,
    /// the field, and what to do. With `dry_run` nothing is stored. What is unchanged is said so
    /// and leaves no trace.
    Result<std::vector<Change>> apply(
        std::string_view yaml, const Author& author, bool dry_run = false
    );

    /// A record ceases to count from now on; it stays on record as withdrawn. Conflict if it is
    /// withdrawn already.
    Result<> withdraw(std::string_view record, const Author& author);
    /// Removes a camera (kind "camera"), an unused purpose or an empty site; records of it are
    /// withdrawn with it. Conflict if something still needs it.
    Result<> remove(std::string_view kind, std::string_view name, const Author& author);

    /// The documents as YAML, without secrets; `kind` or `name` empty: all of them. What it gives
    /// apply() takes back unchanged. NotFound for a name that is not on record.
    Result<std::string> get(std::string_view kind, std::string_view name) const;

    struct Revision {
        std::uint64_t version = 0;
        Timestamp at;
        UserId user;
        std::string what;
        std::uint64_t ledger_index = 0;
        std::string digest;  ///< SHA-256 of the document as canonical JSON, hexadecimal
    };

    /// Oldest first, also of what was removed; NotFound if there never was such a document.
    Result<std::vector<Revision>> history(std::string_view kind, std::string_view name) const;

    /// Called after every change, in the changing thread, with the new state already visible.
    /// A listener must not change the registers.
    void on_change(std::function<void(const SnapshotPtr&)> listener) override;

private:
    Registers();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::registers
