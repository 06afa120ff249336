#pragma once

#include <string>

#include <proviso/base/document.h>
#include <proviso/proof/bundle.h>

namespace proviso::verify {

/// The report for a person, ready for a terminal: what came from the bundle cannot hold control
/// characters.
std::string plain_words(const proof::BundleReport& report);

/// The report for a program.
Json to_json(const proof::BundleReport& report);

}  // namespace proviso::verify
