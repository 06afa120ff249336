#include "proviso/law/pack_shelf.h"

#include <set>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>

namespace proviso::law {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMostPackBytes = 8U << 20U;

std::vector<SealedPack> values(const std::map<std::string, SealedPack>& shelf) {
    std::vector<SealedPack> list;
    for (const auto& [id, pack] : shelf) list.push_back(pack);
    return list;
}

Json versions(const std::map<std::string, SealedPack>& shelf) {
    Json list = Json::object();
    for (const auto& [id, pack] : shelf) list[id] = pack.version;
    return list;
}

Json digests(const std::map<std::string, SealedPack>& shelf) {
    Json list = Json::object();
    for (const auto& [id, pack] : shelf) list[id] = pack.digest;
    return list;
}

Result<> check_cases(const policy::PackSet& packs, const SealedPack& pack, Day today) {
    for (const auto& file : pack.cases) {
        auto documents = PROVISO_TRY(parse_yaml(file.content).while_doing(file.name));
        for (const auto& document : documents) {
            auto result =
                PROVISO_TRY(policy::check_case(packs, document, today).while_doing(file.name));
            if (result.failures.empty()) continue;
            return Error(
                ErrorKind::InvalidInput,
                fmt::format(
                    "{}: the case '{}' does not come out as expected: {}",
                    file.name,
                    result.name,
                    result.failures.front()
                ),
                "ask the publisher for a pack that passes its own cases with the others here"
            );
        }
    }
    return {};
}

}  // namespace

Result<std::shared_ptr<const policy::PackSet>> compile(const std::vector<SealedPack>& packs) {
    std::vector<policy::PackFile> files;
    for (const auto& pack : packs) {
        files.insert(files.end(), pack.rules.begin(), pack.rules.end());
    }
    return policy::PackSet::compile(files);
}

PackShelf::PackShelf(ShelfOptions options, ledger::Ledger& ledger, const Clock& clock)
    : options_(std::move(options)), ledger_(ledger), clock_(clock) {}

Result<std::unique_ptr<PackShelf>> PackShelf::open(
    ShelfOptions options, ledger::Ledger& ledger, const Clock& clock
) {
    std::unique_ptr<PackShelf> shelf(new PackShelf(std::move(options), ledger, clock));
    const auto& set = shelf->options_;
    auto shipped = PROVISO_TRY(read_pack_folder(set.shipped));
    if (set.shipped_digest && digest_of(shipped) != *set.shipped_digest) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("the packs in {} are not those of this program", set.shipped.string()),
            "install the program again; own or newer packs come in with 'proviso law import'"
        );
    }
    PROVISO_TRY(make_folders(set.folder));
    if (fs::exists(set.folder / "state.json")) {
        PROVISO_TRY(shelf->load().while_doing("read the packs in force"));
        PROVISO_TRY(shelf->notice_newer(std::move(shipped)));
    } else {
        PROVISO_TRY(shelf->begin(shipped));
    }
    return shelf;
}

Result<> PackShelf::load() {
    auto text = PROVISO_TRY(read_file(options_.folder / "state.json", 1U << 20U));
    auto json = PROVISO_TRY(parse_json(text));
    State state;
    auto read = [&](const char* name, Shelf& shelf) -> Result<> {
        if (!json.is_object() || !json.contains(name) || !json[name].is_object()) {
            return Error(ErrorKind::Corrupt, "state.json has an unknown form");
        }
        for (auto& [id, digest] : json[name].items()) {
            if (!digest.is_string()) return Error(ErrorKind::Corrupt, "state.json is damaged");
            auto file = options_.folder / (digest.get<std::string>() + ".pack");
            auto content = PROVISO_TRY(read_file(file, kMostPackBytes));
            auto pack = PROVISO_TRY(
                open_pack(content, options_.publishers).while_doing(file.filename().string())
            );
            if (pack.digest != digest || pack.id != id) {
                return Error(ErrorKind::Corrupt, file.filename().string() + " holds another pack");
            }
            shelf.emplace(id, std::move(pack));
        }
        return {};
    };
    PROVISO_TRY(read("in_force", state.in_force));
    PROVISO_TRY(read("announced", state.announced));
    state.packs.in_force = PROVISO_TRY(compile(values(state.in_force)));
    if (!state.announced.empty()) {
        auto both = state.in_force;
        for (const auto& [id, pack] : state.announced) both[id] = pack;
        state.packs.announced = PROVISO_TRY(compile(values(both)));
    }
    state_.with([&](State& now) { now = std::move(state); });
    return {};
}

Result<> PackShelf::begin(const std::vector<SealedPack>& shipped) {
    State state;
    for (const auto& pack : shipped) state.in_force.emplace(pack.id, pack);
    state.packs.in_force = PROVISO_TRY(compile(shipped).while_doing("load packs"));
    auto digest = state.packs.in_force->digest();
    auto body = Json{{"packs", versions(state.in_force)}, {"pack", digest}};
    return put(std::move(state), "pack.activated", std::move(body));
}

Result<> PackShelf::notice_newer(std::vector<SealedPack> shipped) {
    auto next = state_.copy();
    Shelf found;
    for (auto& pack : shipped) {
        const SealedPack* known = nullptr;
        for (const auto* shelf : {&next.in_force, &next.announced}) {
            auto there = shelf->find(pack.id);
            if (there != shelf->end()) known = &there->second;
        }
        if (known != nullptr) {
            if (known->digest == pack.digest) continue;
            // An older one than an import is no news; another text of one version is.
            if (PROVISO_TRY(is_newer(known->version, pack.version))) continue;
        }
        found[pack.id] = std::move(pack);
    }
    if (found.empty()) return {};
    for (auto& [id, pack] : found) next.announced[id] = pack;
    log_warning(
        "law: {} packs that came with the program wait for approval ('proviso law approve')",
        found.size()
    );
    return put(
        std::move(next),
        "pack.announced",
        {{"packs", versions(found)}, {"digests", digests(found)}, {"by", "program"}}
    );
}

Result<SealedPack> PackShelf::open_foreign(std::string_view text) const {
    if (text.size() > kMostPackBytes) {
        return Error(ErrorKind::TooLarge, "a pack file has at most 8 MiB");
    }
    auto opened = open_pack(text, options_.publishers);
    if (!opened && opened.error().kind() == ErrorKind::Corrupt) {
        // Damaged outside this house: what was sent is wrong, not what is kept.
        return invalid_input(opened.error().message(), opened.error().next_step());
    }
    auto pack = PROVISO_TRY(std::move(opened));
    if (pack.signature.empty()) {
        return Error(
            ErrorKind::Forbidden,
            fmt::format("the pack '{}' is not signed", pack.id),
            "have its publisher sign it: proviso law pack --key FILE"
        );
    }
    return pack;
}

Result<PackStatus> PackShelf::import(std::string_view text, const UserId& by) {
    std::lock_guard lock(changing_);
    auto pack = PROVISO_TRY(open_foreign(text));
    auto next = state_.copy();
    for (const auto* shelf : {&next.in_force, &next.announced}) {
        auto known = shelf->find(pack.id);
        if (known == shelf->end()) continue;
        if (PROVISO_TRY(is_newer(pack.version, known->second.version))) continue;
        return Error(
            ErrorKind::Conflict,
            fmt::format(
                "'{}' {} is here already; the file holds {}",
                pack.id,
                known->second.version,
                pack.version
            ),
            "import a newer one"
        );
    }
    auto id = pack.id;
    next.announced[id] = pack;
    auto both = next.in_force;
    for (const auto& [name, each] : next.announced) both[name] = each;
    auto compiled = PROVISO_TRY(compile(values(both)).while_doing("compile with the other packs"));
    PROVISO_TRY(check_cases(*compiled, pack, day_of(clock_.now())));
    PROVISO_TRY(
        put(std::move(next),
            "pack.announced",
            {{"packs", {{id, pack.version}}},
             {"digests", {{id, pack.digest}}},
             {"publisher", pack.publisher},
             {"by", by.text()}})
    );
    for (auto& status : list()) {
        if (status.id == id && status.announced) return std::move(status);
    }
    return Error(ErrorKind::Internal, "the imported pack is not on the shelf");
}

Result<> PackShelf::approve(const UserId& by) {
    std::lock_guard lock(changing_);
    auto next = state_.copy();
    if (next.announced.empty()) {
        return Error(ErrorKind::Conflict, "no pack waits for approval", "import one first");
    }
    auto body = Json{{"packs", versions(next.announced)}, {"by", by.text()}};
    for (auto& [id, pack] : next.announced) next.in_force[id] = std::move(pack);
    next.announced.clear();
    return put(std::move(next), "pack.approved", std::move(body));
}

Result<> PackShelf::withdraw(const UserId& by) {
    std::lock_guard lock(changing_);
    auto next = state_.copy();
    if (next.announced.empty()) {
        return Error(ErrorKind::Conflict, "no pack waits for approval");
    }
    auto body = Json{{"packs", versions(next.announced)}, {"by", by.text()}};
    next.announced.clear();
    return put(std::move(next), "pack.withdrawn", std::move(body));
}

Result<> PackShelf::put(State next, std::string_view entry, Json body) {
    next.packs.in_force = PROVISO_TRY(compile(values(next.in_force)));
    next.packs.announced = nullptr;
    if (!next.announced.empty()) {
        auto both = next.in_force;
        for (const auto& [id, pack] : next.announced) both[id] = pack;
        next.packs.announced = PROVISO_TRY(compile(values(both)));
    }
    // The record first: a change that was not recorded is none. A crash in between leaves an
    // entry without its deed, which the next start does not repeat and 'proviso check' reports.
    body["pack"] = next.packs.in_force->digest();
    if (next.packs.announced) body["announced"] = next.packs.announced->digest();
    PROVISO_TRY(ledger_.append({std::string(entry), std::move(body), nullptr}));
    PROVISO_TRY(keep(next).while_doing("write down the packs"));
    state_.with([&](State& now) { now = std::move(next); });
    return {};
}

Result<> PackShelf::keep(const State& state) const {
    std::set<std::string> wanted{"state.json"};
    for (const auto* shelf : {&state.in_force, &state.announced}) {
        for (const auto& [id, pack] : *shelf) {
            auto name = pack.digest + ".pack";
            wanted.insert(name);
            if (fs::exists(options_.folder / name)) continue;
            PROVISO_TRY(write_file_atomic(options_.folder / name, as_bytes(pack.text())));
        }
    }
    auto text = canonical_json(
        {{"in_force", digests(state.in_force)}, {"announced", digests(state.announced)}}
    );
    PROVISO_TRY(write_file_atomic(options_.folder / "state.json", as_bytes(text + "\n")));
    // What nobody needs any more may stay if it cannot be removed.
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(options_.folder, ignored)) {
        if (!wanted.contains(entry.path().filename().string())) {
            fs::remove(entry.path(), ignored);
        }
    }
    return {};
}

Packs PackShelf::packs() const {
    return state_.with([](const State& now) { return now.packs; });
}

Result<std::shared_ptr<const policy::PackSet>> PackShelf::with(const SealedPack& pack) const {
    auto both = state_.with([](const State& now) { return now.in_force; });
    both[pack.id] = pack;
    return compile(values(both));
}

Result<std::shared_ptr<const policy::PackSet>> PackShelf::with(std::string_view text) const {
    auto pack = PROVISO_TRY(open_foreign(text));
    return with(pack);
}

std::vector<PackStatus> PackShelf::list() const {
    auto today = day_of(clock_.now());
    return state_.with([&](const State& now) {
        std::vector<PackStatus> list;
        auto add = [&](const Shelf& shelf, const policy::PackSet& set, bool announced) {
            for (const auto& info : set.packs()) {
                auto found = shelf.find(info.id);
                if (found == shelf.end()) continue;
                list.push_back(
                    {info.id,
                     info.title,
                     info.version,
                     found->second.digest,
                     found->second.publisher,
                     info.checked,
                     info.review_by,
                     info.review_by < today,
                     announced}
                );
            }
        };
        add(now.in_force, *now.packs.in_force, false);
        if (now.packs.announced) add(now.announced, *now.packs.announced, true);
        return list;
    });
}

bool PackShelf::overdue() const {
    for (const auto& status : list()) {
        if (status.overdue && !status.announced) return true;
    }
    return false;
}

}  // namespace proviso::law
