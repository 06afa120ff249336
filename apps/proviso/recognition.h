#pragma once

#include <memory>

#include <proviso/recognise/recogniser.h>

#include "house.h"

namespace proviso::app {

/// The galleries, for the embeddings of the installed face model. Without one they can be looked
/// at and emptied, and nobody is enrolled or found.
Result<std::unique_ptr<recognise::Recogniser>> open_recogniser(House& house);

/// What `proviso models evaluate` found of an installed model; nothing if it never ran.
std::optional<recognise::AccuracyTable> read_accuracy(
    const std::filesystem::path& model_folder, const std::string& model
);

std::filesystem::path accuracy_file(
    const std::filesystem::path& model_folder, const std::string& model
);

}  // namespace proviso::app
