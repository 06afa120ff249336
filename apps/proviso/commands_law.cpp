#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/crypto/encode.h>
#include <proviso/crypto/secret.h>
#include <proviso/law/outlook.h>
#include <proviso/law/packs.h>
#include <proviso/proof/checkpoint.h>

#include "commands.h"
#include "house.h"

namespace proviso::app {

namespace fs = std::filesystem;

namespace {

/// Who works on the data folder itself.
UserId at_this_machine() { return UserId::literal("local-administrator"); }

Day until(Day from, int months) {
    std::chrono::year_month_day date(from);
    date += std::chrono::months(months);
    if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
    return date;
}

Result<crypto::SigningKey> signing_key(const fs::path& file) {
    if (!fs::exists(file)) {
        auto made = crypto::SigningKey::generate();
        auto text = crypto::to_base64(made.seed()) + "\n";
        PROVISO_TRY(write_file_atomic(file, as_bytes(text), 0600));
        std::cout << "a new signing key is in " << file.string() << ": keep it safe\n";
    }
    auto text = PROVISO_TRY(read_file(file, 4096));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    auto seed = PROVISO_TRY(crypto::from_base64(text).while_doing(file.string()));
    return crypto::SigningKey::from_seed(seed);
}

/// The packs in force with those of a folder or a file laid over them.
Result<std::shared_ptr<const policy::PackSet>> laid_over(const House& house, const fs::path& path) {
    if (fs::is_directory(path)) return law::load_packs(path);
    auto text = PROVISO_TRY(read_file(path, 16U << 20U));
    auto pack = PROVISO_TRY(law::open_pack(text, house.config.law.publishers));
    return house.shelf->with(pack);
}

void print(
    const std::vector<law::Flip>& flips,
    const registers::Snapshot& snapshot,
    std::string_view heading
) {
    auto turns = law::gather(flips, snapshot);
    std::cout << fmt::format("{}: {}\n", heading, turns.empty() ? "nothing" : "");
    for (const auto& turn : turns) {
        std::cout << fmt::format(
            "{} {} {}\n",
            to_iso8601(turn.on),
            turn.stricter ? "stricter" : "looser  ",
            law::words_of(turn)
        );
    }
}

void print(std::string_view heading, const std::vector<std::string>& rules) {
    if (rules.empty()) return;
    std::cout << heading << ":";
    for (const auto& rule : rules) std::cout << " " << rule;
    std::cout << "\n";
}

int print_status(const House& house) {
    for (const auto& pack : house.shelf->list()) {
        std::cout << fmt::format(
            "{:<12} {:<8} {:<10} checked {}, due {}{}  {}\n",
            pack.id,
            pack.version,
            pack.announced ? "announced" : "in force",
            to_iso8601(pack.checked),
            to_iso8601(pack.review_by),
            pack.overdue ? " (OVERDUE)" : "",
            pack.publisher.empty() ? "came with the program" : pack.publisher
        );
    }
    return house.shelf->overdue() ? 1 : 0;
}

}  // namespace

Result<int> law_check(
    const fs::path& packs, const std::vector<fs::path>& files, std::optional<Day> on
) {
    auto loaded = PROVISO_TRY(law::load_packs(packs));
    SystemClock clock;
    auto report = PROVISO_TRY(law::check_files(*loaded, files, on.value_or(day_of(clock.now()))));
    std::cout << report.text;
    return report.failed == 0 ? 0 : 1;
}

Result<int> law_params(
    const fs::path& packs, const std::vector<std::string>& jurisdictions, std::optional<Day> on
) {
    auto loaded = PROVISO_TRY(law::load_packs(packs));
    SystemClock clock;
    auto table =
        PROVISO_TRY(law::parameter_table(*loaded, jurisdictions, on.value_or(day_of(clock.now()))));
    std::cout << table;
    return 0;
}

Result<int> law_pack(const PackArguments& arguments) {
    auto folder = fs::absolute(arguments.folder).lexically_normal();
    if (folder.filename().empty()) folder = folder.parent_path();
    auto pack = PROVISO_TRY(law::read_pack(folder));
    auto key = PROVISO_TRY(signing_key(arguments.key_file));
    law::sign_pack(pack, arguments.publisher, key);
    PROVISO_TRY(proof::parse_verifier_key(pack.publisher).while_doing("publisher"));
    PROVISO_TRY(write_file_atomic(arguments.output, as_bytes(pack.text()), 0644));
    std::cout << fmt::format(
        "{} {} is in {}\ndigest {}\nWho imports it puts this line under law.publishers:\n  {}\n",
        pack.id,
        pack.version,
        arguments.output.string(),
        pack.digest,
        pack.publisher
    );
    return 0;
}

Result<int> law_diff(
    const Config& config,
    const fs::path& before,
    const fs::path& after,
    std::optional<Day> on,
    int months
) {
    auto house = PROVISO_TRY(House::open(config));
    auto old_law = house->shelf->packs().in_force;
    if (!before.empty()) old_law = PROVISO_TRY(laid_over(*house, before));
    auto new_law = PROVISO_TRY(laid_over(*house, after));
    auto today = on.value_or(day_of(house->clock.now()));
    auto snapshot = house->registers->snapshot();
    auto change = PROVISO_TRY(law::difference(
        old_law, new_law, *snapshot, today, until(today, months), config.viewer_country
    ));
    print("new rules", change.rules_new);
    print("changed rules", change.rules_changed);
    print("rules that go", change.rules_gone);
    print(change.today, *snapshot, "read otherwise at once");
    print(change.later, *snapshot, fmt::format("read otherwise within {} months", months));
    for (const auto& again : change.look_again) {
        std::cout << fmt::format(
            "look again at the {} '{}': {} changed\n", again.kind, again.record, again.rule
        );
    }
    return 0;
}

Result<int> law_import(const Config& config, const fs::path& file) {
    auto text = PROVISO_TRY(read_file(file, 16U << 20U));
    auto house = PROVISO_TRY(House::open(config));
    auto status = PROVISO_TRY(house->shelf->import(text, at_this_machine()));
    std::cout << fmt::format(
        "{} {} is announced: where it is stricter it counts from now on.\n"
        "Read what it changes with 'proviso law diff {}', then 'proviso law approve'.\n",
        status.id,
        status.version,
        file.string()
    );
    return 0;
}

Result<int> law_approve(const Config& config, bool withdraw) {
    auto house = PROVISO_TRY(House::open(config));
    PROVISO_TRY(
        withdraw ? house->shelf->withdraw(at_this_machine())
                 : house->shelf->approve(at_this_machine())
    );
    return print_status(*house);
}

Result<int> law_status(const Config& config) {
    auto house = PROVISO_TRY(House::open(config));
    return print_status(*house);
}

void print_cell(const law::Cell& cell) {
    std::cout << fmt::format(
        "{:<18} {:<27} {}\n", cell.camera.text(), cell.capability, law::words_of(cell)
    );
    if (cell.permits()) return;
    for (const auto& reason : cell.reasons) {
        std::cout << fmt::format("{:<19}{}: {}\n", "", reason.cite, reason.title);
    }
    for (const auto& lack : cell.missing) {
        std::cout << fmt::format("{:<19}needed: {} ({})\n", "", lack.next_step, lack.owner);
    }
}

Result<int> law_matrix(
    const Config& config, const std::optional<CameraId>& camera, std::optional<Day> on
) {
    auto house = PROVISO_TRY(House::open(config));
    auto today = on.value_or(day_of(house->clock.now()));
    auto cells = PROVISO_TRY(law::matrix_of(
        house->shelf->packs(), *house->registers->snapshot(), camera, today, config.viewer_country
    ));
    for (const auto& cell : cells) print_cell(cell);
    return 0;
}

Result<int> law_horizon(const Config& config, std::optional<Day> on, int months, bool calendar) {
    auto house = PROVISO_TRY(House::open(config));
    auto today = on.value_or(day_of(house->clock.now()));
    auto snapshot = house->registers->snapshot();
    auto flips = PROVISO_TRY(law::horizon(
        house->shelf->packs(), *snapshot, today, until(today, months), config.viewer_country
    ));
    if (calendar) {
        std::cout << law::to_icalendar(law::gather(flips, *snapshot), house->clock.now());
    } else {
        print(flips, *snapshot, fmt::format("changes within {} months", months));
    }
    return 0;
}

}  // namespace proviso::app
