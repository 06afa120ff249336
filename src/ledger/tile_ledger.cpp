#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/base/worker.h>
#include <proviso/ledger/tile_ledger.h>

#include "log_state.h"
#include "payload_store.h"
#include "tile_ledger_inside.h"
#include "wal.h"

namespace proviso::ledger {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostEntriesInFlush = 256;
constexpr std::size_t kMostDraftsAtOnce = 1024;
constexpr auto kPatience = std::chrono::seconds(10);

Error no_entry() { return {ErrorKind::NotFound, "the ledger has no such entry"}; }

Error closed_after(const Error& cause) {
    return {
        ErrorKind::Unavailable,
        "the ledger takes nothing more since its storage failed: " + cause.story(),
        "check the storage, then restart the server"};
}

class TileLedger final : public Ledger {
public:
    TileLedger(
        Disk& disk,
        TileLedgerOptions options,
        const Clock& clock,
        UniqueFd lock,
        Publisher publisher,
        Wal wal
    )
        : options_(std::move(options)),
          clock_(clock),
          lock_(std::move(lock)),
          payloads_(options_.folder / "payload", std::move(options_.payload_key), disk),
          publisher_(std::move(publisher)),
          wal_(std::move(wal)) {
        state_.current = publisher_.current();
        state_.size = state_.integrated();
        integrator_ = Worker("ledger-tree", [this](const auto& stop) { integrate(stop); });
        writer_ = Worker("ledger-write", [this](const auto& stop) { write(stop); });
    }

    ~TileLedger() override {
        writer_.stop();
        integrator_.stop();
        if (!state_.tail.empty() || state_.broken) return;
        if (auto removed = wal_.remove(); !removed) {
            log_warning("close the ledger: {}", removed.error().story());
        }
    }

    Result<std::vector<Receipt>> append_all(std::vector<Draft> drafts) override;

    std::uint64_t size() const override {
        std::lock_guard lock(state_.mutex);
        return state_.size;
    }

    Result<std::vector<StoredEntry>> read(std::uint64_t first, std::size_t count) const override;
    Result<Json> personal(std::uint64_t index) const override;
    Result<> erase_personal(std::uint64_t index) override;

    Result<std::string> checkpoint_note() const override {
        std::lock_guard lock(state_.mutex);
        return state_.current.note;
    }

    Result<std::vector<InclusionProof>> prove_all(const std::vector<std::uint64_t>& indices
    ) const override;
    Result<std::vector<Digest>> prove_consistency(std::uint64_t old_size, std::uint64_t new_size)
        const override;

    std::string verifier_key() const override {
        return proof::verifier_key(options_.origin, options_.signing_key.public_key());
    }

private:
    using Batch = std::vector<std::unique_ptr<Request>>;

    void write(const std::stop_token& stop);
    Batch take_batch();
    Result<> write_batch(const Batch& batch, std::uint64_t first, std::uint64_t integrated);
    void acknowledge(const Batch& batch);
    void fail(const Batch& batch, const Error& error);
    void integrate(const std::stop_token& stop);
    bool integrate_once();
    void give_up(const Error& error);
    Result<Published> covering(std::uint64_t size) const;
    Result<std::vector<std::string>> read_bytes(std::uint64_t first, std::size_t count) const;

    TileLedgerOptions options_;
    const Clock& clock_;
    UniqueFd lock_;
    PayloadStore payloads_;
    LogState state_;
    Publisher publisher_;  // of the integrator
    Wal wal_;              // of the writer
    Worker integrator_;
    Worker writer_;
};

Result<std::vector<Receipt>> TileLedger::append_all(std::vector<Draft> drafts) {
    if (drafts.empty()) return std::vector<Receipt>();
    if (drafts.size() > kMostDraftsAtOnce) {
        return Error(ErrorKind::TooLarge, "more than 1024 ledger entries at once");
    }
    auto request = std::make_unique<Request>();
    std::vector<std::optional<Digest>> commits(drafts.size());
    request->sealed_payloads.resize(drafts.size());
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        auto payload = PROVISO_TRY(make_payload(drafts[i]));
        if (!payload) continue;
        commits[i] = payload->commit;
        request->sealed_payloads[i] = payloads_.seal(*payload);
    }
    auto done = request->done.get_future();
    {
        // Stamped under the lock, so that the order of times is the order of entries.
        std::lock_guard lock(state_.mutex);
        if (state_.broken) return closed_after(*state_.broken);
        for (std::size_t i = 0; i < drafts.size(); ++i) {
            request->entries.push_back(
                PROVISO_TRY(make_entry(std::move(drafts[i]), commits[i], clock_))
            );
        }
        state_.pending.push_back(std::move(request));
    }
    state_.arrived.notify_one();
    return done.get();
}

void TileLedger::write(const std::stop_token& stop) {
    for (;;) {
        Batch batch;
        std::uint64_t first = 0;
        std::uint64_t integrated = 0;
        {
            std::unique_lock lock(state_.mutex);
            state_.arrived.wait(lock, stop, [&] { return !state_.pending.empty(); });
            if (state_.pending.empty()) return;
            batch = take_batch();
            first = state_.size;
            integrated = state_.integrated();
        }
        if (auto written = write_batch(batch, first, integrated); !written) {
            fail(batch, written.error());
        } else {
            acknowledge(batch);
        }
    }
}

TileLedger::Batch TileLedger::take_batch() {
    Batch batch;
    std::size_t entries = 0;
    while (!state_.pending.empty()) {
        entries += state_.pending.front()->entries.size();
        if (!batch.empty() && entries > kMostEntriesInFlush) break;
        batch.push_back(std::move(state_.pending.front()));
        state_.pending.pop_front();
    }
    return batch;
}

/// Personal parts first: an entry whose payload a power cut took would promise what is not there.
Result<> TileLedger::write_batch(
    const Batch& batch, std::uint64_t first, std::uint64_t integrated
) {
    std::vector<std::string_view> entries;
    std::vector<std::uint64_t> with_payload;
    auto written = [&]() -> Result<> {
        for (const auto& request : batch) {
            for (std::size_t i = 0; i < request->entries.size(); ++i) {
                auto index = first + entries.size();
                entries.push_back(request->entries[i].bytes);
                const auto& sealed = request->sealed_payloads[i];
                if (sealed.empty()) continue;
                with_payload.push_back(index);
                PROVISO_TRY(payloads_.put(index, sealed));
            }
        }
        PROVISO_TRY(payloads_.sync());
        return wal_.append(first, entries, integrated);
    }();
    if (written) return {};
    for (auto index : with_payload) payloads_.discard(index);
    return written;
}

void TileLedger::acknowledge(const Batch& batch) {
    std::vector<std::vector<Receipt>> receipts;
    {
        std::lock_guard lock(state_.mutex);
        for (const auto& request : batch) {
            auto& own = receipts.emplace_back();
            for (auto& entry : request->entries) {
                own.push_back({state_.size++, entry.leaf, entry.at});
                state_.tail.push_back(std::make_shared<const std::string>(std::move(entry.bytes)));
            }
        }
    }
    state_.acked.notify_one();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        batch[i]->done.set_value(std::move(receipts[i]));
    }
}

void TileLedger::fail(const Batch& batch, const Error& error) {
    // On a full disk nothing was written, so the next append may try again. After any other
    // failure, and above all after one of a flush, nobody knows what is on the disk.
    if (error.kind() != ErrorKind::NoSpace || !wal_.usable()) give_up(error);
    for (const auto& request : batch) request->done.set_value(error);
}

void TileLedger::give_up(const Error& error) {
    std::deque<std::unique_ptr<Request>> abandoned;
    {
        std::lock_guard lock(state_.mutex);
        if (!state_.broken) state_.broken = error;
        abandoned.swap(state_.pending);
    }
    log_error("the ledger stops: {}", error.story());
    state_.published.notify_all();
    state_.acked.notify_all();
    for (const auto& request : abandoned) request->done.set_value(closed_after(error));
}

void TileLedger::integrate(const std::stop_token& stop) {
    auto due = std::chrono::steady_clock::now();
    for (;;) {
        {
            std::unique_lock lock(state_.mutex);
            auto something = [&] { return state_.broken || !state_.tail.empty(); };
            state_.acked.wait(lock, stop, something);
            if (state_.broken || state_.tail.empty()) return;
            state_.acked.wait_until(lock, stop, due, [&] { return state_.broken.has_value(); });
        }
        due = std::chrono::steady_clock::now() + options_.checkpoint_every;
        if (!integrate_once() && stop.stop_requested()) return;
    }
}

/// False if the entries stay in the write-ahead log for now.
bool TileLedger::integrate_once() {
    std::vector<std::shared_ptr<const std::string>> tail;
    {
        std::lock_guard lock(state_.mutex);
        if (state_.broken) return false;
        tail.assign(state_.tail.begin(), state_.tail.end());
    }
    std::vector<std::string_view> entries;
    entries.reserve(tail.size());
    for (const auto& entry : tail) entries.emplace_back(*entry);
    auto published = publisher_.publish(entries);
    if (!published) {
        auto error = std::move(published).error().while_doing("write the ledger's tree");
        if (error.kind() == ErrorKind::NoSpace) {
            log_warning("{}; trying again", error.story());
        } else {
            give_up(error);
        }
        return false;
    }
    {
        std::lock_guard lock(state_.mutex);
        state_.current = *std::move(published);
        state_.tail.erase(
            state_.tail.begin(), state_.tail.begin() + static_cast<std::ptrdiff_t>(tail.size())
        );
    }
    state_.published.notify_all();
    return true;
}

/// A checkpoint of at least `size` entries, waiting for it if they are acknowledged.
Result<Published> TileLedger::covering(std::uint64_t size) const {
    std::unique_lock lock(state_.mutex);
    if (size > state_.size) return no_entry();
    auto done = [&] { return state_.broken || state_.integrated() >= size; };
    state_.published.wait_for(lock, options_.checkpoint_every + kPatience, done);
    if (state_.integrated() >= size) return state_.current;
    if (state_.broken) return closed_after(*state_.broken);
    return Error(ErrorKind::Timeout, "no checkpoint covers the entry yet", "try again in a moment");
}

Result<std::vector<std::string>> TileLedger::read_bytes(std::uint64_t first, std::size_t count)
    const {
    std::vector<std::shared_ptr<const std::string>> newest;
    std::uint64_t integrated = 0;
    {
        std::lock_guard lock(state_.mutex);
        integrated = state_.integrated();
        auto skip = first > integrated ? first - integrated : 0;
        auto room = first < integrated ? std::min<std::uint64_t>(integrated - first, count) : 0;
        for (auto at = skip; at < state_.tail.size() && newest.size() < count - room; ++at) {
            newest.push_back(state_.tail[at]);
        }
    }
    std::vector<std::string> found;
    for (auto index = first; index < integrated && found.size() < count;) {
        auto number = index / kTileWidth;
        auto entries = PROVISO_TRY(
            read_bundle(options_.folder, {std::nullopt, number, width_in(integrated, 0, number)})
        );
        for (auto at = index % kTileWidth; at < entries.size() && found.size() < count; ++at) {
            found.push_back(std::move(entries[at]));
            ++index;
        }
    }
    for (const auto& entry : newest) found.push_back(*entry);
    return found;
}

Result<std::vector<StoredEntry>> TileLedger::read(std::uint64_t first, std::size_t count) const {
    std::vector<StoredEntry> found;
    for (auto& bytes : PROVISO_TRY(read_bytes(first, count))) {
        auto index = first + found.size();
        auto entry = proof::decode_entry(bytes);
        if (!entry) {
            return std::move(entry).error().while_doing(fmt::format("ledger entry {}", index));
        }
        found.push_back({index, std::move(bytes), *std::move(entry)});
    }
    return found;
}

Result<Json> TileLedger::personal(std::uint64_t index) const {
    auto found = PROVISO_TRY(read(index, 1));
    if (found.empty()) return no_entry();
    const auto& commit = found.front().entry.commit;
    if (!commit) return Error(ErrorKind::NotFound, "the entry has no personal part");
    return payloads_.read(index, *commit);
}

Result<> TileLedger::erase_personal(std::uint64_t index) {
    if (index >= size()) return no_entry();
    return payloads_.erase(index);
}

Result<std::vector<InclusionProof>> TileLedger::prove_all(const std::vector<std::uint64_t>& indices
) const {
    std::vector<InclusionProof> proofs;
    if (indices.empty()) return proofs;
    auto greatest = *std::max_element(indices.begin(), indices.end());
    if (greatest >= size()) return no_entry();
    auto published = PROVISO_TRY(covering(greatest + 1));
    TileTree tree(options_.folder, published.checkpoint.size);
    for (auto index : indices) {
        auto bytes = PROVISO_TRY(read_bytes(index, 1));
        if (bytes.empty()) return no_entry();
        auto path = PROVISO_TRY(tree.inclusion_path(index));
        proofs.push_back(
            {index, std::move(bytes.front()), std::move(path), published.note, published.checkpoint}
        );
    }
    return proofs;
}

Result<std::vector<Digest>> TileLedger::prove_consistency(
    std::uint64_t old_size, std::uint64_t new_size
) const {
    if (old_size > new_size) return invalid_input("a log does not shrink");
    auto published = PROVISO_TRY(covering(new_size));
    if (old_size == 0 || old_size == new_size) return std::vector<Digest>();
    TileTree tree(options_.folder, published.checkpoint.size);
    return tree.consistency_path(old_size, new_size);
}

Result<UniqueFd> lock_folder(const fs::path& folder) {
    auto lock = PROVISO_TRY(open_file(folder / "lock", O_RDWR | O_CREAT));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        return Error(
            ErrorKind::Conflict,
            fmt::format("another process has the ledger {} open", folder.string()),
            "stop the other server first"
        );
    }
    return lock;
}

}  // namespace

Result<std::unique_ptr<Ledger>> open_tile_ledger_on(
    Disk& disk, TileLedgerOptions options, const Clock& clock
) {
    auto opened = [&]() -> Result<std::unique_ptr<Ledger>> {
        const auto& folder = options.folder;
        PROVISO_TRY(make_folders(folder));
        auto lock = PROVISO_TRY(lock_folder(folder));
        auto key = PROVISO_TRY(crypto::SigningKey::from_seed(options.signing_key.seed()));
        auto name = proof::verifier_key(options.origin, key.public_key());
        if (!proof::parse_verifier_key(name)) {
            return invalid_input(
                "the name of the ledger is not valid",
                "use something like cameras.example.org/log without spaces and '+'"
            );
        }
        auto publisher = PROVISO_TRY(Publisher::open(folder, options.origin, std::move(key), disk));
        auto size = publisher.current().checkpoint.size;
        auto recovered = PROVISO_TRY(Wal::recover(folder, size));
        std::vector<std::string_view> entries(recovered.begin(), recovered.end());
        size = PROVISO_TRY(publisher.publish(entries)).checkpoint.size;
        if (!recovered.empty()) log_info("the ledger recovered {} entries", recovered.size());
        auto payload_key = crypto::SecretBytes::copy_of(options.payload_key.view());
        PayloadStore payloads(folder / "payload", std::move(payload_key), disk);
        PROVISO_TRY(payloads.remove_from(size));
        auto wal = PROVISO_TRY(Wal::create(folder, disk));
        return std::unique_ptr<Ledger>(std::make_unique<TileLedger>(
            disk, std::move(options), clock, std::move(lock), std::move(publisher), std::move(wal)
        ));
    }();
    return std::move(opened).while_doing("open the ledger");
}

Result<std::unique_ptr<Ledger>> open_tile_ledger(TileLedgerOptions options, const Clock& clock) {
    // One for the process: it has no state and must outlive every ledger.
    static Disk disk;
    return open_tile_ledger_on(disk, std::move(options), clock);
}

}  // namespace proviso::ledger
