#include <tuple>

#include "cli.h"

namespace proviso::app {

void add_law_commands(CLI::App& law, Arguments& arguments, int& code) {
    auto away = [&arguments] { return !arguments.remote.server.empty(); };
    auto* status = law.add_subcommand("status", "the packs in force, and those announced");
    local_or_remote(*status, arguments, code, [&arguments, away](const Config& config) {
        return away() ? remote_law_status(arguments.remote) : law_status(config);
    });
    auto* matrix = law.add_subcommand("matrix", "what the law says of every camera, and why");
    matrix->add_option("--camera", arguments.camera, "only this one");
    add_day(*matrix, arguments);
    local_or_remote(
        *matrix,
        arguments,
        code,
        [&arguments, away](const Config& config) -> Result<int> {
            std::optional<CameraId> camera;
            if (!arguments.camera.empty()) {
                camera = PROVISO_TRY(CameraId::parse(arguments.camera));
            }
            return away() ? remote_law_matrix(arguments.remote, camera, arguments.on)
                          : law_matrix(config, camera, arguments.on);
        }
    );
    auto* horizon =
        law.add_subcommand("horizon", "what changes for the cameras on record, and when");
    add_day(*horizon, arguments);
    horizon->add_option("--months", arguments.months)->check(CLI::Range(1, 120));
    horizon->add_flag("--calendar", arguments.calendar, "as iCalendar");
    local_or_remote(*horizon, arguments, code, [&arguments, away](const Config& config) {
        const auto& [on, months, calendar] =
            std::tie(arguments.on, arguments.months, arguments.calendar);
        return away() ? remote_law_horizon(arguments.remote, on, months, calendar)
                      : law_horizon(config, on, months, calendar);
    });
    auto* diff = law.add_subcommand("diff", "what other packs mean for the cameras on record");
    diff->add_option(
            "packs",
            arguments.files,
            "[OLD] NEW: folders of packs, or pack files; with --server a pack file, or nothing for "
            "what is announced there"
    )
        ->expected(0, 2);
    add_day(*diff, arguments);
    diff->add_option("--months", arguments.months)->check(CLI::Range(1, 120));
    local_or_remote(
        *diff,
        arguments,
        code,
        [&arguments, away](const Config& config) -> Result<int> {
            const auto& files = arguments.files;
            std::filesystem::path none;
            if (away() ? files.size() == 2 : files.empty()) {
                return invalid_input(
                    "law diff compares with what is in force",
                    away() ? "give one pack file, or none" : "give a folder of packs or a pack file"
                );
            }
            const auto& last = files.empty() ? none : files.back();
            if (away()) {
                return remote_law_diff(arguments.remote, last, arguments.on, arguments.months);
            }
            const auto& first = files.size() == 2 ? files.front() : none;
            return law_diff(config, first, last, arguments.on, arguments.months);
        }
    );
    auto* import = law.add_subcommand("import", "take a signed pack file");
    import->add_option("file", arguments.folder)->required();
    local_or_remote(*import, arguments, code, [&arguments, away](const Config& config) {
        return away() ? remote_law_import(arguments.remote, arguments.folder)
                      : law_import(config, arguments.folder);
    });
    for (bool withdraw : {false, true}) {
        auto* command = law.add_subcommand(
            withdraw ? "withdraw" : "approve",
            withdraw ? "put away what is announced" : "put in force what is announced"
        );
        local_or_remote(
            *command,
            arguments,
            code,
            [&arguments, away, withdraw](const Config& config) {
                return away() ? remote_law_approve(arguments.remote, withdraw)
                              : law_approve(config, withdraw);
            }
        );
    }
    auto* pack = law.add_subcommand("pack", "sign a pack into one file");
    pack->add_option("folder", arguments.pack.folder, "packs/fr")->required();
    pack->add_option("-o,--output", arguments.pack.output)->required();
    pack->add_option("--key", arguments.pack.key_file, "a file; made if it is not there")
        ->required();
    pack->add_option("--publisher", arguments.pack.publisher, "example.org/packs")->required();
    pack->callback([&] { code = finish(law_pack(arguments.pack)); });
}

}  // namespace proviso::app
