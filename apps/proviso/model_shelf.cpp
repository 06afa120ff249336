#include "model_shelf.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/crypto/hash.h>

namespace proviso::app {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLargestCard = 256U << 10U;

Result<std::map<std::string, vision::ModelCard>> cards_in(const fs::path& folder) {
    if (!fs::exists(folder)) return std::map<std::string, vision::ModelCard>();
    return vision::read_model_cards(folder);
}

}  // namespace

Result<std::map<std::string, vision::ModelCard>> ModelShelf::cards() const {
    auto all = PROVISO_TRY(cards_in(folder_).while_doing("read the installed models"));
    for (auto& [id, card] : PROVISO_TRY(cards_in(cards_).while_doing("read the model cards"))) {
        all.emplace(id, card);
    }
    return all;
}

Result<vision::ModelCard> ModelShelf::card(const std::string& id) const {
    auto all = PROVISO_TRY(cards());
    auto found = all.find(id);
    if (found != all.end()) return std::move(found->second);
    std::vector<std::string> ids;
    for (const auto& [name, card] : all) ids.push_back(name);
    auto near = nearest(id, ids);
    return Error(
        ErrorKind::NotFound,
        fmt::format("there is no model card '{}'", id),
        near.empty() ? "see proviso models list" : fmt::format("did you mean {}?", near)
    );
}

Result<std::string> ModelShelf::shipped_text(const std::string& id) const {
    return read_file(cards_ / (id + ".yaml"), kLargestCard);
}

bool ModelShelf::installed(const vision::ModelCard& card) const {
    return fs::exists(folder_ / (card.id + ".yaml"));
}

Result<> verify_file(const vision::ModelFile& file, const fs::path& path) {
    auto fd = PROVISO_TRY(open_file(path, O_RDONLY));
    crypto::Sha256 hash;
    Bytes buffer(1U << 20U);
    std::uint64_t size = 0;
    while (true) {
        auto got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0) return errno_error(fmt::format("read {}", path.string()), errno);
        if (got == 0) break;
        size += static_cast<std::uint64_t>(got);
        hash.update(ByteView(buffer).first(static_cast<std::size_t>(got)));
    }
    if (size == file.size && to_hex(hash.finish()) == file.sha256) return {};
    return Error(
        ErrorKind::Corrupt,
        fmt::format("{} is not the file that the card names", path.string()),
        "fetch it again: proviso models pull"
    );
}

Result<> ModelShelf::verify(const vision::ModelCard& card) const {
    for (const auto& file : card.files) PROVISO_TRY(verify_file(file, path_of(file)));
    return {};
}

Result<> ModelShelf::keep_card(const vision::ModelCard& card, std::string_view text) const {
    return write_file_atomic(folder_ / (card.id + ".yaml"), as_bytes(text), 0644);
}

}  // namespace proviso::app
