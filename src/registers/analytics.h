#pragma once

#include <proviso/base/document.h>
#include <proviso/registers/documents.h>

#include "document_part.h"

namespace proviso::registers {

/// The `analytics` of a camera's document: every zone, line and rule makes sense by itself and
/// together with the others.
Result<Analytics> read_analytics(DocumentPart reader);

/// As it is shown and read again.
Json to_json(const Analytics& analytics);

}  // namespace proviso::registers
