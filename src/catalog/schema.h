#pragma once

#include <vector>

#include <proviso/store/database.h>

namespace proviso::catalog {

/// The tables, for both engines.
const std::vector<store::Migration>& schema();

}  // namespace proviso::catalog
