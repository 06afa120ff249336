#include <proviso/ingest/worker.h>
#include <proviso/vision/veil_pool.h>
#include <proviso/vision/worker.h>
#include <proviso/workers/process.h>

#include "cli.h"
#include "serve.h"

using namespace proviso;  // NOLINT(google-build-using-namespace): the one file that is all doors

// NOLINTNEXTLINE(bugprone-exception-escape): a command that throws ends with its words
int main(int argc, char** argv) {
    CLI::App cli("Proviso: video surveillance that can prove it is lawful");
    cli.set_version_flag("--version", PROVISO_VERSION);
    cli.require_subcommand(1);
    app::Arguments arguments;
    int code = 0;

    auto* serve = cli.add_subcommand("serve", "run the server");
    app::with_config(*serve, arguments, code, [](const app::Config& config) -> Result<int> {
        PROVISO_TRY(app::serve(config, std::filesystem::canonical("/proc/self/exe")));
        return 0;
    });

    auto* apply = cli.add_subcommand("apply", "put documents on record");
    apply->add_option("-f,--file", arguments.apply.files, "YAML documents; - is standard input")
        ->required();
    apply->add_option("--reason", arguments.apply.reason, "why, for the ledger");
    apply->add_flag("--dry-run", arguments.apply.dry_run, "only say what would change");
    app::local_or_remote(*apply, arguments, code, [&](const app::Config& config) {
        return app::apply(config, arguments.remote, arguments.apply);
    });

    auto* get = cli.add_subcommand("get", "print documents as YAML");
    std::string format = "yaml";
    get->add_option("kind", arguments.kind, "site, camera, purpose or record; none: all");
    get->add_option("name", arguments.name);
    get->add_option("-o,--output", format)->check(CLI::IsMember({"yaml"}));
    app::local_or_remote(*get, arguments, code, [&](const app::Config& config) {
        return app::get(config, arguments.remote, arguments.kind, arguments.name);
    });

    auto* check = cli.add_subcommand("check", "walk the numbered invariants of everything at rest");
    check->add_flag("--deep", arguments.deep, "decrypt and hash every recording");
    app::with_config(*check, arguments, code, [&](const app::Config& config) {
        return app::check(config, arguments.deep);
    });

    auto* rebuild = cli.add_subcommand("rebuild", "make the catalog again from files and ledger");
    app::with_config(*rebuild, arguments, code, [](const app::Config& config) {
        return app::rebuild(config);
    });

    auto* trace = cli.add_subcommand("trace", "tell the life of one recording, step by step");
    trace->add_option("segment", arguments.segment, "its id")->required();
    app::with_config(*trace, arguments, code, [&](const app::Config& config) {
        return app::trace(config, arguments.segment);
    });

    auto* law = cli.add_subcommand("law", "the jurisdiction packs");
    law->require_subcommand(1);
    auto* law_check =
        law->add_subcommand("check", "evaluate cases and compare with what they expect");
    law_check->add_option("files", arguments.files, "case files or folders")->required();
    law_check->add_option("--packs", arguments.packs, "folder of the packs");
    app::add_day(*law_check, arguments);
    law_check->callback([&] {
        code = app::finish(app::law_check(arguments.packs, arguments.files, arguments.on));
    });
    auto* law_params = law->add_subcommand("params", "the numbers of the law, with their sources");
    law_params->add_option("jurisdictions", arguments.jurisdictions, "FR, US-IL; none: all");
    law_params->add_option("--packs", arguments.packs, "folder of the packs");
    app::add_day(*law_params, arguments);
    law_params->callback([&] {
        code = app::finish(app::law_params(arguments.packs, arguments.jurisdictions, arguments.on));
    });
    app::add_law_commands(*law, arguments, code);

    auto* ledger = cli.add_subcommand("ledger", "the log of decisions and accesses");
    ledger->require_subcommand(1);
    auto* ledger_key = ledger->add_subcommand("key", "print the verifier key to give to strangers");
    app::with_config(*ledger_key, arguments, code, [](const app::Config& config) {
        return app::ledger_key(config);
    });
    auto* ledger_verify = ledger->add_subcommand("verify", "check a copy of a ledger folder");
    ledger_verify->add_option("folder", arguments.folder)->required();
    ledger_verify->add_option("--key", arguments.key, "the verifier key")->required();
    ledger_verify->callback([&] {
        code = app::finish(app::ledger_verify(arguments.folder, arguments.key));
    });

    app::add_models(cli, arguments, code);
    app::add_galleries(cli, arguments, code);

    auto* user = cli.add_subcommand("user", "people who sign in");
    user->require_subcommand(1);
    auto* reset = user->add_subcommand("reset-password", "make a new one-time password");
    reset->add_option("login", arguments.login)->required();
    app::with_config(*reset, arguments, code, [&](const app::Config& config) {
        return app::reset_password(config, arguments.login);
    });

    auto* worker = cli.add_subcommand("worker", "started by the server itself");
    worker->group("");
    worker->require_subcommand(1);
    auto* ingest = worker->add_subcommand("ingest");
    ingest->callback([&] { code = ingest::run_ingest_worker(ingest::kWorkerControlFd); });
    auto* veil = worker->add_subcommand("veil");
    veil->callback([&] { code = vision::run_veil_worker(workers::kControlFd); });
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
