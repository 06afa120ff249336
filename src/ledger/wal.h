#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <proviso/base/unique_fd.h>

#include "disk.h"

namespace proviso::ledger {

/// The write-ahead log: what is acknowledged but not yet in tiles. Two files take turns, so that
/// one can be used again once its entries are in the signed tree; both are allocated in advance,
/// which also lets some thousand entries (why recording stopped) be written on a full disk.
///
/// A group is one flush: magic, first index, count, length, entries, SHA-256. A group is written
/// only after the one before is on the disk, so at most the last can be torn. Not thread-safe.
class Wal {
public:
    /// Entries from index `from` on that earlier runs acknowledged. A torn last group is dropped;
    /// a hole before a later group is Corrupt. Removes a file in which nothing is needed.
    static Result<std::vector<std::string>> recover(
        const std::filesystem::path& folder, std::uint64_t from
    );

    /// Empty files in place of those that are there: nothing in them may be needed any more.
    static Result<Wal> create(const std::filesystem::path& folder, Disk& disk);

    /// Durable when it returns. `integrated` is how many entries are in the signed tree.
    /// After NoSpace from the write nothing was changed and the next append may work. After any
    /// other error usable() is false for ever.
    Result<> append(
        std::uint64_t first, std::span<const std::string_view> entries, std::uint64_t integrated
    );

    bool usable() const { return usable_; }

    /// Removes the files. Everything must be integrated.
    Result<> remove() const;

private:
    struct File {
        UniqueFd fd;
        std::uint64_t end = 0;         ///< where the next group goes
        std::uint64_t next_index = 0;  ///< after the newest entry in it
    };

    Wal(std::filesystem::path folder, Disk& disk) : folder_(std::move(folder)), disk_(&disk) {}

    std::filesystem::path folder_;
    Disk* disk_;
    std::array<File, 2> files_;
    std::size_t current_ = 0;
    Bytes group_;
    bool usable_ = true;
};

}  // namespace proviso::ledger
