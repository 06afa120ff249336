#include <functional>
#include <iostream>
#include <optional>
#include <tuple>

#include <CLI/CLI.hpp>

#include <proviso/base/log.h>
#include <proviso/ingest/worker.h>
#include <proviso/vision/worker.h>
#include <proviso/workers/process.h>

#include "commands.h"
#include "serve.h"

namespace {

using namespace proviso;  // NOLINT(google-build-using-namespace): the one file that is all doors

int finish(const Result<int>& result) {
    if (result) return *result;
    std::cerr << "proviso: " << result.error().story() << "\n";
    if (!result.error().next_step().empty()) {
        std::cerr << "  what to do: " << result.error().next_step() << "\n";
    }
    return result.error().kind() == ErrorKind::InvalidInput ? 2 : 1;
}

void set_level(const app::Config& config) {
    set_log_level(
        config.log_level == "debug"     ? LogLevel::Debug
        : config.log_level == "warning" ? LogLevel::Warning
        : config.log_level == "error"   ? LogLevel::Error
                                        : LogLevel::Info
    );
}

struct Arguments {
    std::string config = "/etc/proviso/proviso.yaml";
    app::Remote remote;
    app::ApplyArguments apply;
    app::PullArguments pull;
    app::EvaluateArguments evaluate;
    std::string kind;
    std::string name;
    std::string packs = "/usr/share/proviso/packs";
    std::vector<std::filesystem::path> files;
    std::vector<std::string> jurisdictions;
    std::string folder;
    std::string key;
    std::string login;
    std::string segment;
    bool deep = false;
    bool calendar = false;
    std::optional<Day> on;
    int months = 36;
    app::PackArguments pack;
    app::GalleryArguments gallery;
};

using Run = std::function<Result<int>(const app::Config&)>;

void with_config(CLI::App& command, Arguments& arguments, int& code, Run run) {
    command.add_option("-c,--config", arguments.config, "the machine's configuration");
    command.callback([&arguments, &code, run = std::move(run)] {
        auto config = app::load_config(arguments.config);
        if (config) set_level(*config);
        code = finish(config ? run(*config) : Result<int>(config.error()));
    });
}

void add_remote(CLI::App& command, app::Remote& remote) {
    command.add_option("--server", remote.server, "address of a running server");
    command.add_option("--login", remote.login, "who signs in there");
    command.add_option("--password-file", remote.password_file, "a file with the password");
    command.add_flag("--accept-any-certificate", remote.accept_any_certificate);
}

/// With --server no configuration of this machine is needed.
void local_or_remote(CLI::App& command, Arguments& arguments, int& code, Run run) {
    command.add_option("-c,--config", arguments.config, "the machine's configuration");
    add_remote(command, arguments.remote);
    command.callback([&arguments, &code, run = std::move(run)] {
        if (!arguments.remote.server.empty()) {
            code = finish(run(app::Config{}));
            return;
        }
        auto config = app::load_config(arguments.config);
        if (config) set_level(*config);
        code = finish(config ? run(*config) : Result<int>(config.error()));
    });
}

void day_option(
    CLI::App& command, const char* name, std::optional<Day>& target, const char* words
) {
    command.add_option_function<std::string>(
        name,
        [&target, name](const std::string& text) {
            auto day = parse_day(text);
            if (!day) throw CLI::ValidationError(name, day.error().message());
            target = *day;
        },
        words
    );
}

void add_day(CLI::App& command, Arguments& arguments) {
    day_option(command, "--on", arguments.on, "as if it were this day, 2027-12-02");
}

void add_law_commands(CLI::App& law, Arguments& arguments, int& code) {
    auto away = [&arguments] { return !arguments.remote.server.empty(); };
    auto* status = law.add_subcommand("status", "the packs in force, and those announced");
    local_or_remote(*status, arguments, code, [&arguments, away](const app::Config& config) {
        return away() ? app::remote_law_status(arguments.remote) : app::law_status(config);
    });
    auto* horizon =
        law.add_subcommand("horizon", "what changes for the cameras on record, and when");
    add_day(*horizon, arguments);
    horizon->add_option("--months", arguments.months)->check(CLI::Range(1, 120));
    horizon->add_flag("--calendar", arguments.calendar, "as iCalendar");
    local_or_remote(*horizon, arguments, code, [&arguments, away](const app::Config& config) {
        const auto& [on, months, calendar] =
            std::tie(arguments.on, arguments.months, arguments.calendar);
        return away() ? app::remote_law_horizon(arguments.remote, on, months, calendar)
                      : app::law_horizon(config, on, months, calendar);
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
        [&arguments, away](const app::Config& config) -> Result<int> {
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
                return app::remote_law_diff(arguments.remote, last, arguments.on, arguments.months);
            }
            const auto& first = files.size() == 2 ? files.front() : none;
            return app::law_diff(config, first, last, arguments.on, arguments.months);
        }
    );
    auto* import = law.add_subcommand("import", "take a signed pack file");
    import->add_option("file", arguments.folder)->required();
    local_or_remote(*import, arguments, code, [&arguments, away](const app::Config& config) {
        return away() ? app::remote_law_import(arguments.remote, arguments.folder)
                      : app::law_import(config, arguments.folder);
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
            [&arguments, away, withdraw](const app::Config& config) {
                return away() ? app::remote_law_approve(arguments.remote, withdraw)
                              : app::law_approve(config, withdraw);
            }
        );
    }
    auto* pack = law.add_subcommand("pack", "sign a pack into one file");
    pack->add_option("folder", arguments.pack.folder, "packs/fr")->required();
    pack->add_option("-o,--output", arguments.pack.output)->required();
    pack->add_option("--key", arguments.pack.key_file, "a file; made if it is not there")
        ->required();
    pack->add_option("--publisher", arguments.pack.publisher, "example.org/packs")->required();
    pack->callback([&] { code = finish(app::law_pack(arguments.pack)); });
}

void add_models(CLI::App& cli, Arguments& arguments, int& code) {
    auto* models = cli.add_subcommand("models", "networks that look at pictures");
    models->require_subcommand(1);
    with_config(
        *models->add_subcommand("list", "what there is and what is installed"),
        arguments,
        code,
        [](const app::Config& config) { return app::models_list(config); }
    );
    auto* pull = models->add_subcommand("pull", "fetch models from the address in their cards");
    pull->add_option("models", arguments.pull.models, "ids of cards")->required();
    pull->add_option("--from", arguments.pull.from, "a local file, or a folder with the files");
    with_config(*pull, arguments, code, [&](const app::Config& config) {
        return app::models_pull(config, arguments.pull);
    });
    auto* add = models->add_subcommand("add", "install a model of your own");
    add->add_option("card", arguments.folder, "its card (YAML)")->required();
    add->add_option("files", arguments.files, "the files the card names")->required();
    with_config(*add, arguments, code, [&](const app::Config& config) {
        return app::models_add(config, arguments.folder, arguments.files);
    });
    with_config(
        *models->add_subcommand("verify", "hash everything that is installed again"),
        arguments,
        code,
        [](const app::Config& config) { return app::models_verify(config); }
    );
    auto& wish = arguments.evaluate;
    auto* evaluate =
        models->add_subcommand("evaluate", "count the errors of a face model on a labelled set");
    evaluate->add_option("model", wish.model, "id of its card")->required();
    evaluate->add_option("--set", wish.manifest, "CSV with person, group and path (or file)")
        ->required();
    evaluate->add_option("--name", wish.set, "what the set is called");
    evaluate->add_option("--detector", wish.detector, "card of the face detector");
    evaluate->add_option("--group", wish.group_columns, "columns that make the group")
        ->delimiter(',');
    evaluate->add_option("--threshold", wish.threshold, "where the groups are looked at");
    evaluate->add_option("--site", wish.site, "the records speak of this site");
    evaluate->add_option("--records", wish.records, "where to write the records");
    evaluate->add_flag("--apply", wish.apply, "put the records on record");
    add_remote(*evaluate, arguments.remote);
    with_config(*evaluate, arguments, code, [&](const app::Config& config) {
        return app::models_evaluate(config, arguments.remote, arguments.evaluate);
    });
}

void add_galleries(CLI::App& cli, Arguments& arguments, int& code) {
    auto* galleries = cli.add_subcommand("galleries", "lists of people who may be recognised");
    galleries->require_subcommand(1);
    with_config(
        *galleries->add_subcommand("list", "without the people in them"),
        arguments,
        code,
        [](const app::Config& config) { return app::galleries_list(config); }
    );
    auto& wish = arguments.gallery;
    auto* put = galleries->add_subcommand("put", "make one, or change its terms");
    put->add_option("name", wish.name)->required();
    put->add_option("--kind", wish.kind)
        ->check(CLI::IsMember({"consenting", "staff", "watch_list"}));
    put->add_option("--reason", wish.reason, "what it is for")->required();
    put->add_option("--camera", wish.cameras, "where it may be used")->required();
    put->add_option("--threshold", wish.threshold, "least likeness that is proposed, 0.2 to 0.99");
    day_option(*put, "--expires", wish.expires, "its last day");
    day_option(*put, "--review", wish.review, "when to look at it again");
    put->add_option("--approver", wish.approver, "user id of who must approve a watch-list");
    with_config(*put, arguments, code, [&](const app::Config& config) {
        return app::galleries_put(config, arguments.gallery);
    });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App cli("Proviso: video surveillance that can prove it is lawful");
    cli.set_version_flag("--version", PROVISO_VERSION);
    cli.require_subcommand(1);
    Arguments arguments;
    int code = 0;

    auto* serve = cli.add_subcommand("serve", "run the server");
    with_config(*serve, arguments, code, [](const app::Config& config) -> Result<int> {
        PROVISO_TRY(app::serve(config, std::filesystem::canonical("/proc/self/exe")));
        return 0;
    });

    auto* apply = cli.add_subcommand("apply", "put documents on record");
    apply->add_option("-f,--file", arguments.apply.files, "YAML documents; - is standard input")
        ->required();
    apply->add_option("--reason", arguments.apply.reason, "why, for the ledger");
    apply->add_flag("--dry-run", arguments.apply.dry_run, "only say what would change");
    local_or_remote(*apply, arguments, code, [&](const app::Config& config) {
        return app::apply(config, arguments.remote, arguments.apply);
    });

    auto* get = cli.add_subcommand("get", "print documents as YAML");
    std::string format = "yaml";
    get->add_option("kind", arguments.kind, "site, camera, purpose or record; none: all");
    get->add_option("name", arguments.name);
    get->add_option("-o,--output", format)->check(CLI::IsMember({"yaml"}));
    local_or_remote(*get, arguments, code, [&](const app::Config& config) {
        return app::get(config, arguments.remote, arguments.kind, arguments.name);
    });

    auto* check = cli.add_subcommand("check", "walk the numbered invariants of everything at rest");
    check->add_flag("--deep", arguments.deep, "decrypt and hash every recording");
    with_config(*check, arguments, code, [&](const app::Config& config) {
        return app::check(config, arguments.deep);
    });

    auto* rebuild = cli.add_subcommand("rebuild", "make the catalog again from files and ledger");
    with_config(*rebuild, arguments, code, [](const app::Config& config) {
        return app::rebuild(config);
    });

    auto* trace = cli.add_subcommand("trace", "tell the life of one recording, step by step");
    trace->add_option("segment", arguments.segment, "its id")->required();
    with_config(*trace, arguments, code, [&](const app::Config& config) {
        return app::trace(config, arguments.segment);
    });

    auto* law = cli.add_subcommand("law", "the jurisdiction packs");
    law->require_subcommand(1);
    auto* law_check =
        law->add_subcommand("check", "evaluate cases and compare with what they expect");
    law_check->add_option("files", arguments.files, "case files or folders")->required();
    law_check->add_option("--packs", arguments.packs, "folder of the packs");
    add_day(*law_check, arguments);
    law_check->callback([&] {
        code = finish(app::law_check(arguments.packs, arguments.files, arguments.on));
    });
    auto* law_params = law->add_subcommand("params", "the numbers of the law, with their sources");
    law_params->add_option("jurisdictions", arguments.jurisdictions, "FR, US-IL; none: all");
    law_params->add_option("--packs", arguments.packs, "folder of the packs");
    add_day(*law_params, arguments);
    law_params->callback([&] {
        code = finish(app::law_params(arguments.packs, arguments.jurisdictions, arguments.on));
    });
    add_law_commands(*law, arguments, code);

    auto* ledger = cli.add_subcommand("ledger", "the log of decisions and accesses");
    ledger->require_subcommand(1);
    auto* ledger_key = ledger->add_subcommand("key", "print the verifier key to give to strangers");
    with_config(*ledger_key, arguments, code, [](const app::Config& config) {
        return app::ledger_key(config);
    });
    auto* ledger_verify = ledger->add_subcommand("verify", "check a copy of a ledger folder");
    ledger_verify->add_option("folder", arguments.folder)->required();
    ledger_verify->add_option("--key", arguments.key, "the verifier key")->required();
    ledger_verify->callback([&] {
        code = finish(app::ledger_verify(arguments.folder, arguments.key));
    });

    add_models(cli, arguments, code);
    add_galleries(cli, arguments, code);

    auto* user = cli.add_subcommand("user", "people who sign in");
    user->require_subcommand(1);
    auto* reset = user->add_subcommand("reset-password", "make a new one-time password");
    reset->add_option("login", arguments.login)->required();
    with_config(*reset, arguments, code, [&](const app::Config& config) {
        return app::reset_password(config, arguments.login);
    });

    auto* worker = cli.add_subcommand("worker", "started by the server itself");
    worker->group("");
    worker->require_subcommand(1);
    auto* ingest = worker->add_subcommand("ingest");
    ingest->callback([&] { code = ingest::run_ingest_worker(ingest::kWorkerControlFd); });
    auto* vision = worker->add_subcommand("vision");
    vision->callback([&] { code = vision::run_vision_worker(workers::kControlFd); });

    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        auto exit_code = cli.exit(problem);
        return exit_code == 0 ? 0 : 2;
    }
    return code;
}
