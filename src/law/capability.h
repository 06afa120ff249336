#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/document.h>

namespace proviso::law {

/// A capability and the question it puts. What the matrix shows is what an analyser will be told,
/// because both ask from this table.
struct Capability {
    std::string_view name;
    std::string_view act;
    std::string_view kind;
    std::string_view decision = "alert";
    std::string_view gallery = "none";
    std::vector<std::string> produces{};
    bool cooperative = false;
    bool sound = false;
};

const std::vector<Capability>& capability_table();

/// Null if there is none.
const Capability* find_capability(std::string_view act, std::string_view kind);

/// The `analytic` of the facts.
Json analytic_of(const Capability& capability);

}  // namespace proviso::law
