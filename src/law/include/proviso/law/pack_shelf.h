#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <proviso/base/guarded.h>
#include <proviso/base/id.h>
#include <proviso/law/matrix.h>
#include <proviso/law/sealed_pack.h>
#include <proviso/ledger/ledger.h>

namespace proviso::law {

struct ShelfOptions {
    std::filesystem::path shipped;              ///< the packs that came with the program
    std::optional<std::string> shipped_digest;  ///< what they must be; none: any (tests)
    std::filesystem::path folder;               ///< where what is in force is kept
    std::vector<std::string> publishers;        ///< verifier keys whose packs may be imported
};

/// One pack here, for people.
struct PackStatus {
    std::string id;
    std::string title;
    std::string version;
    std::string digest;
    std::string publisher;  ///< empty: came with the program
    Day checked;
    Day review_by;
    bool overdue = false;    ///< its review is late: amber, whatever it says
    bool announced = false;  ///< waits for approval; already counts where it is stricter
};

/// The packs in force at this installation, kept in the data folder, so that neither an upgrade
/// nor an import loosens anything before a person has said so by name. Whatever is newer (with
/// the program, or imported from a trusted publisher) is announced first: it counts at once where
/// it is stricter, and altogether once it is approved. Every step leaves a ledger entry
/// ("pack.activated", "pack.announced", "pack.approved", "pack.withdrawn"). Thread-safe.
class PackShelf {
public:
    /// An error if a shipped pack is not what the program was built with, if what is kept was
    /// changed, or if the rules do not compile together: nothing is permitted then.
    static Result<std::unique_ptr<PackShelf>> open(
        ShelfOptions options, ledger::Ledger& ledger, const Clock& clock
    );

    Packs packs() const;
    /// What is in force with this pack in the place of its older self, to look at beforehand.
    Result<std::shared_ptr<const policy::PackSet>> with(const SealedPack& pack) const;
    /// The same from the text of a pack file, which must be of a trusted publisher as for import().
    Result<std::shared_ptr<const policy::PackSet>> with(std::string_view text) const;
    std::vector<PackStatus> list() const;
    bool overdue() const;

    /// Takes a pack file: signature, digest, a newer version, rules that compile with the others,
    /// and cases that come out as expected; else nothing is changed. Announced afterwards.
    Result<PackStatus> import(std::string_view text, const UserId& by);
    /// Everything announced comes into force. Conflict if nothing is.
    Result<> approve(const UserId& by);
    /// What is announced is put away. Conflict if nothing is.
    Result<> withdraw(const UserId& by);

private:
    using Shelf = std::map<std::string, SealedPack>;

    struct State {
        Shelf in_force;
        Shelf announced;
        Packs packs;
    };

    PackShelf(ShelfOptions options, ledger::Ledger& ledger, const Clock& clock);

    /// A signed file of a trusted publisher; what is wrong with it is the sender's mistake.
    Result<SealedPack> open_foreign(std::string_view text) const;
    Result<> load();
    Result<> begin(const std::vector<SealedPack>& shipped);
    Result<> notice_newer(std::vector<SealedPack> shipped);
    /// Compiles, writes down, records and shows, in this order; on any error the old state stays.
    Result<> put(State next, std::string_view entry, Json body);
    Result<> keep(const State& state) const;

    const ShelfOptions options_;
    ledger::Ledger& ledger_;
    const Clock& clock_;
    Guarded<State> state_;
    std::mutex changing_;  ///< one change at a time
};

/// Compiles packs together; all or nothing.
Result<std::shared_ptr<const policy::PackSet>> compile(const std::vector<SealedPack>& packs);

}  // namespace proviso::law
