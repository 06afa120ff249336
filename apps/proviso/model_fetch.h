#pragma once

#include <filesystem>
#include <functional>

#include <proviso/vision/model_card.h>

namespace proviso::app {

/// Bytes that are there of those that are wanted.
using Progress = std::function<void(std::uint64_t have, std::uint64_t want)>;

/// Brings one file of a model to `path`: whole and with the hash of the card, or not at all. What
/// an interrupted fetch left (`path`.part) is continued. Addresses are tried in turn; they are
/// https, or http on this machine.
Result<> fetch_file(
    const vision::ModelFile& file, const std::filesystem::path& path, const Progress& progress
);

/// The same from a local file.
Result<> copy_file(
    const vision::ModelFile& file,
    const std::filesystem::path& from,
    const std::filesystem::path& path
);

/// A bar on the terminal, or nothing where there is none.
Progress progress_bar(std::string name);

}  // namespace proviso::app
