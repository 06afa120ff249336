#pragma once

#include <functional>

#include <proviso/proof/checkpoint.h>

#include "tree_builder.h"

namespace proviso::ledger {

/// Hashes every entry and tile of a folder against the checkpoint. Returns the growing end.
/// Corrupt naming the first damaged entry, else the damaged file.
Result<Edge> verify_tree(
    const std::filesystem::path& folder,
    const proof::Checkpoint& checkpoint,
    const std::function<Result<>(std::uint64_t index, std::string_view entry)>& visit = {}
);

}  // namespace proviso::ledger
