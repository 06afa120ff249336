#include <algorithm>
#include <iostream>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/face_reader.h>

#include "commands.h"
#include "model_fetch.h"
#include "model_shelf.h"

namespace proviso::app {

namespace fs = std::filesystem;

namespace {

std::uint64_t bytes_of(const vision::ModelCard& card) {
    std::uint64_t sum = 0;
    for (const auto& file : card.files) sum += file.size;
    return sum;
}

std::string state_of(const ModelShelf& shelf, const vision::ModelCard& card) {
    if (!shelf.installed(card)) return "not installed";
    auto verified = shelf.verify(card);
    return verified ? "installed" : "DAMAGED";
}

/// `from` is the file itself, or a folder that holds it.
fs::path source_in(const fs::path& from, const vision::ModelFile& file) {
    return fs::is_directory(from) ? from / file.name : from;
}

/// Loads the network as the server would: one whose outputs the card does not declare is refused.
Result<> try_model(const ModelShelf& shelf, const vision::ModelCard& card) {
    switch (card.task) {
        case vision::ModelTask::ObjectDetection: {
            vision::EyeConfig eye;
            eye.model = card.id;
            eye.card_folder = shelf.folder();
            eye.model_folder = shelf.folder();
            PROVISO_TRY(vision::Eye::open(eye));
            return {};
        }
        case vision::ModelTask::FaceDetection: {
            vision::FaceReaderConfig reader;
            reader.detector = card.id;
            reader.embedder.clear();
            reader.card_folder = shelf.folder();
            reader.model_folder = shelf.folder();
            PROVISO_TRY(vision::FaceReader::open(reader));
            return {};
        }
        case vision::ModelTask::FaceEmbedding: {
            vision::FaceReaderConfig reader;
            reader.detector = "embedded";
            reader.embedder = card.id;
            reader.card_folder = shelf.folder();
            reader.model_folder = shelf.folder();
            PROVISO_TRY(vision::FaceReader::open(reader));
            return {};
        }
        case vision::ModelTask::FaceLandmarks:
        case vision::ModelTask::PersonEmbedding: return {};
    }
    return {};
}

}  // namespace

Result<int> models_list(const Config& config) {
    ModelShelf shelf(config);
    auto cards = PROVISO_TRY(shelf.cards());
    std::cout << fmt::format(
        "{:<32} {:<17} {:>8}  {:<14} {}\n", "MODEL", "TASK", "MB", "STATE", "LICENCE"
    );
    for (const auto& [id, card] : cards) {
        std::cout << fmt::format(
            "{:<32} {:<17} {:>8.1f}  {:<14} {}\n",
            id,
            vision::to_string(card.task),
            static_cast<double>(bytes_of(card)) / 1e6,
            state_of(shelf, card),
            card.licence
        );
    }
    return 0;
}

Result<int> models_pull(const Config& config, const PullArguments& arguments) {
    ModelShelf shelf(config);
    PROVISO_TRY(make_folders(shelf.folder()));
    for (const auto& id : arguments.models) {
        auto card = PROVISO_TRY(shelf.card(id));
        for (const auto& file : card.files) {
            auto path = shelf.path_of(file);
            if (fs::exists(path) && verify_file(file, path)) {
                std::cout << fmt::format("{}: is there\n", file.name);
                continue;
            }
            if (arguments.from.empty()) {
                PROVISO_TRY(fetch_file(file, path, progress_bar(file.name)));
            } else {
                PROVISO_TRY(copy_file(file, source_in(arguments.from, file), path));
            }
            std::cout << fmt::format("{}: {} bytes, hash as in the card\n", file.name, file.size);
        }
        // One's own model has no card but the installed one.
        if (auto text = shelf.shipped_text(id)) PROVISO_TRY(shelf.keep_card(card, *text));
        std::cout << fmt::format("{} is installed; its licence is {}\n", id, card.licence);
    }
    return 0;
}

Result<int> models_add(
    const Config& config, const fs::path& card_path, const std::vector<fs::path>& files
) {
    ModelShelf shelf(config);
    auto text = PROVISO_TRY(read_file(card_path, 256U << 10U));
    auto card = PROVISO_TRY(vision::parse_model_card(text).while_doing(card_path.string()));
    if (shelf.shipped_text(card.id)) {
        return Error(
            ErrorKind::Conflict,
            fmt::format("'{}' is a model of the program", card.id),
            "give your card another id"
        );
    }
    PROVISO_TRY(make_folders(shelf.folder()));
    for (const auto& file : card.files) {
        auto given = std::find_if(files.begin(), files.end(), [&](const auto& path) {
            return path.filename() == file.name;
        });
        if (given == files.end()) {
            return invalid_input(fmt::format("the card names {}, which is not given", file.name));
        }
        for (const auto& [id, other] : PROVISO_TRY(shelf.cards())) {
            if (id == card.id) continue;
            for (const auto& taken : other.files) {
                if (taken.name != file.name || taken.sha256 == file.sha256) continue;
                return Error(
                    ErrorKind::Conflict,
                    fmt::format("'{}' has another file of the name {}", id, file.name),
                    "give your file another name"
                );
            }
        }
        PROVISO_TRY(copy_file(file, *given, shelf.path_of(file)));
    }
    PROVISO_TRY(shelf.keep_card(card, text));
    auto loads = try_model(shelf, card);
    if (!loads) {
        std::error_code ignored;
        fs::remove(shelf.folder() / (card.id + ".yaml"), ignored);
        return std::move(loads).error().while_doing("load the model");
    }
    std::cout << fmt::format("{} is installed\n", card.id);
    return 0;
}

Result<int> models_verify(const Config& config) {
    ModelShelf shelf(config);
    int damaged = 0;
    int verified = 0;
    for (const auto& [id, card] : PROVISO_TRY(shelf.cards())) {
        if (!shelf.installed(card)) continue;
        auto right = shelf.verify(card);
        (right ? verified : damaged) += 1;
        std::cout << fmt::format(
            "{}: {}\n", id, right ? "as its card says" : right.error().story()
        );
    }
    std::cout << fmt::format("{} models verified, {} damaged\n", verified, damaged);
    return damaged == 0 ? 0 : 1;
}

}  // namespace proviso::app
