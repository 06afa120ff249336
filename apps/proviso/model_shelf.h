#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <proviso/vision/model_card.h>

#include "config.h"

namespace proviso::app {

/// The cards that came with the program and the models installed in the data folder: each with
/// its card beside its files.
class ModelShelf {
public:
    explicit ModelShelf(const Config& config)
        : cards_(config.vision.cards), folder_(config.models()) {}

    const std::filesystem::path& folder() const { return folder_; }

    /// All cards by id; the installed one where there are two.
    Result<std::map<std::string, vision::ModelCard>> cards() const;
    Result<vision::ModelCard> card(const std::string& id) const;
    /// The card's own text, as it came with the program.
    Result<std::string> shipped_text(const std::string& id) const;

    bool installed(const vision::ModelCard& card) const;
    /// Corrupt names the file that is not what its card says; NotFound the one that is missing.
    Result<> verify(const vision::ModelCard& card) const;

    std::filesystem::path path_of(const vision::ModelFile& file) const {
        return folder_ / file.name;
    }

    /// Makes the model usable: its files are there and right.
    Result<> keep_card(const vision::ModelCard& card, std::string_view text) const;

private:
    std::filesystem::path cards_;
    std::filesystem::path folder_;
};

/// Hashes a file against a card, whatever its size.
Result<> verify_file(const vision::ModelFile& file, const std::filesystem::path& path);

}  // namespace proviso::app
