#pragma once

#include <proviso/crypto/sign.h>
#include <proviso/proof/checkpoint.h>

#include "tree_builder.h"

namespace proviso::ledger {

struct Published {
    proof::Checkpoint checkpoint;
    std::string note;
};

/// Brings the tree on disk and its signed checkpoint from one size to the next. Not thread-safe.
class Publisher {
public:
    /// Opens what is there, or begins a new log. Corrupt if it is damaged or of another key.
    static Result<Publisher> open(
        std::filesystem::path folder, const std::string& origin, crypto::SigningKey key, Disk& disk
    );

    /// Grows the tree by `entries`, which follow the current checkpoint, and signs. On an error the
    /// checkpoint before stays in force, and the same entries (and more) may be given again.
    Result<Published> publish(std::span<const std::string_view> entries);

    const Published& current() const { return current_; }

private:
    Publisher(std::filesystem::path folder, crypto::SigningKey key, Disk& disk, Edge edge);
    Result<> begin(const std::string& origin);
    Result<> resume(const std::string& origin);
    Result<> sign_and_write(const Digest& root);

    std::filesystem::path folder_;
    crypto::SigningKey key_;
    Disk* disk_;
    TreeBuilder builder_;
    Published current_;
    proof::Checkpoint last_signed_;
};

}  // namespace proviso::ledger
