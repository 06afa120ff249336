#include "publisher.h"

#include <fmt/format.h>

#include <proviso/base/file.h>

#include "verify.h"

namespace proviso::ledger {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostNoteBytes = 4096;

Result<proof::Checkpoint> read_note(
    const fs::path& path, const std::string& origin, const crypto::SigningKey& key
) {
    auto note = PROVISO_TRY(read_file(path, kMostNoteBytes));
    auto checkpoint = proof::open_checkpoint(note, key.public_key());
    if (!checkpoint || checkpoint->origin != origin) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format(
                "{} is damaged, or it is not signed by the key of this server", path.string()
            ),
            "check that the keystore and the ledger folder belong together"
        );
    }
    return checkpoint;
}

Result<> put_file(Disk& disk, const fs::path& folder, const char* name, std::string_view content) {
    FileBatch batch(disk, folder);
    PROVISO_TRY(batch.put(name, as_bytes(content)));
    return batch.finish();
}

}  // namespace

Publisher::Publisher(fs::path folder, crypto::SigningKey key, Disk& disk, Edge edge)
    : folder_(std::move(folder)),
      key_(std::move(key)),
      disk_(&disk),
      builder_(folder_, std::move(edge), disk) {}

Result<Publisher> Publisher::open(
    fs::path folder, const std::string& origin, crypto::SigningKey key, Disk& disk
) {
    if (fs::exists(folder / "checkpoint")) {
        auto checkpoint = PROVISO_TRY(read_note(folder / "checkpoint", origin, key));
        auto edge = PROVISO_TRY(verify_tree(folder, checkpoint));
        Publisher publisher(std::move(folder), std::move(key), disk, std::move(edge));
        auto note = PROVISO_TRY(read_file(publisher.folder_ / "checkpoint"));
        publisher.current_ = {checkpoint, std::move(note)};
        PROVISO_TRY(publisher.resume(origin));
        return publisher;
    }
    Publisher publisher(std::move(folder), std::move(key), disk, {});
    PROVISO_TRY(publisher.begin(origin));
    return publisher;
}

Result<> Publisher::begin(const std::string& origin) {
    auto last = folder_ / "last-signed";
    bool signed_before = fs::exists(last) && PROVISO_TRY(read_note(last, origin, key_)).size > 0;
    if (signed_before || fs::exists(folder_ / "tile")) {
        return Error(
            ErrorKind::Corrupt,
            "the ledger has entries but no checkpoint",
            "put the newest copy of the ledger folder back"
        );
    }
    last_signed_ = {origin, 0, builder_.root()};
    current_.checkpoint = last_signed_;
    return sign_and_write(builder_.root());
}

// The note in last-signed is written before the checkpoint, so it may be one step ahead.
Result<> Publisher::resume(const std::string& origin) {
    auto path = folder_ / "last-signed";
    last_signed_ = current_.checkpoint;
    if (!fs::exists(path)) return put_file(*disk_, folder_, "last-signed", current_.note);
    last_signed_ = PROVISO_TRY(read_note(path, origin, key_));
    const auto& now = current_.checkpoint;
    if (last_signed_.size < now.size ||
        (last_signed_.size == now.size && last_signed_.root != now.root)) {
        return Error(ErrorKind::Corrupt, "last-signed and checkpoint contradict each other");
    }
    return {};
}

Result<Published> Publisher::publish(std::span<const std::string_view> entries) {
    auto size = current_.checkpoint.size + entries.size();
    if (size < last_signed_.size) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format(
                "this ledger signed {} entries, but only {} are here: it is an older copy",
                last_signed_.size,
                size
            ),
            "put the newest copy of the ledger folder back"
        );
    }
    if (size == current_.checkpoint.size) return current_;
    // An attempt that failed after the tree had grown must not grow it again.
    entries = entries.subspan(builder_.size() - current_.checkpoint.size);
    // After a crash between the two notes the tree must grow through what was signed.
    if (builder_.size() < last_signed_.size) {
        auto missing = last_signed_.size - builder_.size();
        auto root = PROVISO_TRY(builder_.grow(entries.first(missing)));
        entries = entries.subspan(missing);
        if (root != last_signed_.root) {
            return Error(
                ErrorKind::Corrupt, "the recovered entries are not those that were signed before"
            );
        }
    }
    if (!entries.empty()) PROVISO_TRY(builder_.grow(entries));
    PROVISO_TRY(sign_and_write(builder_.root()));
    builder_.remove_outgrown();
    return current_;
}

Result<> Publisher::sign_and_write(const Digest& root) {
    proof::Checkpoint next{current_.checkpoint.origin, builder_.size(), root};
    auto note = proof::sign(next, key_);
    PROVISO_TRY(put_file(*disk_, folder_, "last-signed", note));
    last_signed_ = next;
    PROVISO_TRY(put_file(*disk_, folder_, "checkpoint", note));
    current_ = {std::move(next), std::move(note)};
    return {};
}

}  // namespace proviso::ledger
