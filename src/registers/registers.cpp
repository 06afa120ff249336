#include "proviso/registers/registers.h"

#include <mutex>

#include <fmt/format.h>

#include <proviso/base/guarded.h>
#include <proviso/base/log.h>

#include "field_rules.h"
#include "registers_table.h"
#include "state.h"

namespace proviso::registers {

namespace {

constexpr std::size_t kMostReason = 500;
constexpr std::string_view kEntry = "config";
constexpr std::string_view kNotApplied = "config.not_applied";

std::vector<ledger::Draft> entries_of(const Pending& change, const Author& author) {
    std::vector<ledger::Draft> entries;
    for (const auto& operation : change.operations) {
        ledger::Draft entry;
        entry.type = kEntry;
        entry.body = {
            {"by", author.user.text()},
            {"change", change.id},
            {"digest", operation.digest},
            {"kind", operation.kind},
            {"name", operation.name},
            {"version", change.version},
            {"what", operation.what}};
        if (!author.reason.empty()) entry.personal = {{"reason", author.reason}};
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// What the ledger says of a change.
struct Trace {
    std::vector<ledger::Receipt> entries;
    bool not_applied = false;
};

Result<Trace> find_trace(const ledger::Ledger& ledger, const Pending& change) {
    constexpr std::size_t kAtOnce = 256;
    Trace trace;
    for (auto at = change.ledger_size; at < ledger.size();) {
        auto read = PROVISO_TRY(ledger.read(at, kAtOnce));
        if (read.empty()) break;
        for (const auto& stored : read) {
            const auto& body = stored.entry.body;
            if (!body.is_object() || body.value("change", Json()) != change.id) continue;
            if (stored.entry.type == kNotApplied) trace.not_applied = true;
            if (stored.entry.type == kEntry) {
                trace.entries.push_back({stored.index, {}, stored.entry.at});
            }
        }
        at += read.size();
    }
    return trace;
}

Result<> check_author(const Author& author) {
    auto problem = check_human_text(author.reason, kMostReason, Lines::Many);
    if (!problem) return {};
    return invalid_input("the reason " + problem->what, problem->next_step);
}

}  // namespace

struct Registers::Inside {
    Inside(store::Database& database, ledger::Ledger& log, PasswordSealer seal)
        : table(database), ledger(log), sealer(std::move(seal)) {}

    Table table;
    ledger::Ledger& ledger;
    PasswordSealer sealer;
    std::mutex changing;  ///< one change at a time, its listeners included
    Guarded<SnapshotPtr> state{std::make_shared<const Snapshot>()};
    Guarded<std::vector<std::function<void(const SnapshotPtr&)>>> listeners;

    Result<> load() {
        auto loaded = std::make_shared<Snapshot>();
        loaded->version = PROVISO_TRY(table.newest_version());
        for (const auto& stored : PROVISO_TRY(table.documents())) {
            PROVISO_TRY(restore(*loaded, stored.document, stored.sealed_password)
                            .while_doing("read the registers"));
        }
        show(std::move(loaded));
        return {};
    }

    void show(SnapshotPtr next) {
        state.with([&](SnapshotPtr& current) { current = std::move(next); });
    }

    /// After a restart: what the ledger says has happened, happens now.
    Result<> finish_interrupted() {
        auto change = PROVISO_TRY(table.pending());
        if (!change) return {};
        auto trace = PROVISO_TRY(find_trace(ledger, *change));
        if (trace.entries.empty() || trace.not_applied) return table.drop_pending();
        log_info("completing a change of the registers that a stop interrupted");
        return table.complete(*change, trace.entries);
    }

    /// While running: the change failed and its author knows; if it is in the ledger, so is that.
    Result<> give_up_failed() {
        auto change = PROVISO_TRY(table.pending());
        if (!change) return {};
        auto trace = PROVISO_TRY(find_trace(ledger, *change));
        if (!trace.entries.empty() && !trace.not_applied) {
            ledger::Draft entry;
            entry.type = kNotApplied;
            entry.body = {{"change", change->id}, {"version", change->version}};
            PROVISO_TRY(ledger.append(std::move(entry)));
        }
        return table.drop_pending();
    }

    Result<> seal_passwords(Draft& draft) const {
        auto& operations = draft.operations();
        for (std::size_t i = 0; i < operations.size(); ++i) {
            if (operations[i].password.empty()) continue;
            auto camera = PROVISO_TRY(CameraId::parse(operations[i].name));
            auto sealed = sealer ? sealer(camera, operations[i].password)
                                 : Error(ErrorKind::Unavailable, "no key store seals passwords");
            draft.set_sealed(
                i, PROVISO_TRY(std::move(sealed).while_doing("seal the password of a camera"))
            );
        }
        return {};
    }

    /// Pending, ledger, tables, visible: in this order, and back to nothing on any error.
    Result<> commit(Draft& draft, const Author& author) {
        if (draft.operations().empty()) return {};
        PROVISO_TRY(give_up_failed().while_doing("settle an earlier change"));
        PROVISO_TRY(seal_passwords(draft));
        Pending change;
        change.id = Uuid::random().text();
        change.ledger_size = ledger.size();
        change.version = state.copy()->version + 1;
        change.user = author.user.text();
        change.operations = draft.operations();
        PROVISO_TRY(table.set_pending(change));
        auto receipts = ledger.append_all(entries_of(change, author));
        auto done = receipts ? table.complete(change, *receipts) : Result<>(receipts.error());
        if (!done) {
            if (auto settled = give_up_failed(); !settled) {
                log_warning("a failed change of the registers is not settled yet");
            }
            return std::move(done).while_doing("change the registers");
        }
        auto next = std::make_shared<Snapshot>(draft.take());
        next->version = change.version;
        SnapshotPtr visible = std::move(next);
        show(visible);
        for (const auto& listener : listeners.copy()) listener(visible);
        return {};
    }
};

Registers::Registers() = default;

Registers::~Registers() = default;

Result<std::unique_ptr<Registers>> Registers::open(
    store::Database& database, ledger::Ledger& ledger, const Clock& /*clock*/, PasswordSealer sealer
) {
    std::unique_ptr<Registers> registers(new Registers());
    registers->inside_ = std::make_unique<Inside>(database, ledger, std::move(sealer));
    auto& inside = *registers->inside_;
    PROVISO_TRY(inside.table.prepare());
    PROVISO_TRY(inside.finish_interrupted().while_doing("settle an interrupted change"));
    PROVISO_TRY(inside.load());
    return registers;
}

SnapshotPtr Registers::snapshot() const { return inside_->state.copy(); }

Result<std::vector<Change>> Registers::apply(
    std::string_view yaml, const Author& author, bool dry_run
) {
    PROVISO_TRY(check_author(author));
    auto documents = PROVISO_TRY(parse_yaml(yaml));
    std::erase_if(documents, [](const Json& document) { return document.is_null(); });
    if (documents.empty()) {
        return invalid_input("there is no document", "give one with kind: and name:");
    }
    std::lock_guard lock(inside_->changing);
    Draft draft(*snapshot());
    std::map<std::pair<std::string, std::string>, std::size_t> seen;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        auto where = fmt::format("document {}", i + 1);
        auto document = PROVISO_TRY(read_document(documents[i], where));
        PROVISO_TRY(draft.put(std::move(document), where));
        const auto& touched = draft.touched().back();
        auto [other, fresh] = seen.try_emplace({touched.kind, touched.name}, i + 1);
        if (!fresh) {
            return invalid_input(
                fmt::format(
                    "{} '{}' stands twice, in documents {} and {}",
                    touched.kind,
                    touched.name,
                    other->second,
                    i + 1
                ),
                "keep one"
            );
        }
    }
    PROVISO_TRY(draft.check_references());
    std::vector<Change> changes;
    for (const auto& touched : draft.touched()) {
        changes.push_back({touched.kind, touched.name, touched.what});
    }
    if (!dry_run) PROVISO_TRY(inside_->commit(draft, author));
    return changes;
}

Result<> Registers::withdraw(std::string_view record, const Author& author) {
    PROVISO_TRY(check_author(author));
    std::lock_guard lock(inside_->changing);
    Draft draft(*snapshot());
    PROVISO_TRY(draft.withdraw(record));
    return inside_->commit(draft, author);
}

Result<> Registers::remove(std::string_view kind, std::string_view name, const Author& author) {
    PROVISO_TRY(check_author(author));
    std::lock_guard lock(inside_->changing);
    Draft draft(*snapshot());
    PROVISO_TRY(draft.remove(kind, name));
    return inside_->commit(draft, author);
}

Result<std::string> Registers::get(std::string_view kind, std::string_view name) const {
    if (!kind.empty()) PROVISO_TRY(check_kind(kind));
    auto state = snapshot();
    std::string yaml;
    auto add = [&](std::string_view this_kind, std::string_view this_name, const auto& document) {
        if ((!kind.empty() && kind != this_kind) || (!name.empty() && name != this_name)) return;
        if (!yaml.empty()) yaml += "---\n";
        yaml += to_document_yaml(to_json(document));
    };
    for (const auto& [id, purpose] : state->purposes) add("purpose", id.text(), purpose);
    for (const auto& [id, site] : state->sites) add("site", id.text(), site);
    for (const auto& [id, camera] : state->cameras) add("camera", id.text(), camera);
    for (const auto& [id, record] : state->records) add("record", id, record);
    if (yaml.empty() && !name.empty()) {
        return Error(ErrorKind::NotFound, "there is no such document");
    }
    return yaml;
}

Result<std::vector<Registers::Revision>> Registers::history(
    std::string_view kind, std::string_view name
) const {
    PROVISO_TRY(check_kind(kind));
    auto all = PROVISO_TRY(inside_->table.history(kind, name));
    if (all.empty()) return Error(ErrorKind::NotFound, "there never was such a document");
    return all;
}

void Registers::on_change(std::function<void(const SnapshotPtr&)> listener) {
    inside_->listeners.with([&](auto& all) { all.push_back(std::move(listener)); });
}

}  // namespace proviso::registers
