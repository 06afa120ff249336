#pragma once

#include <vector>

#include <proviso/store/database.h>

namespace proviso::alerts {

const std::vector<store::Migration>& schema();

}  // namespace proviso::alerts
