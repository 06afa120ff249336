#include "cli.h"

#include <iostream>

#include <proviso/base/log.h>

namespace proviso::app {

int finish(const Result<int>& result) {
    if (result) return *result;
    std::cerr << "proviso: " << result.error().story() << "\n";
    if (!result.error().next_step().empty()) {
        std::cerr << "  what to do: " << result.error().next_step() << "\n";
    }
    return result.error().kind() == ErrorKind::InvalidInput ? 2 : 1;
}

namespace {

void set_level(const Config& config) {
    set_log_level(
        config.log_level == "debug"     ? LogLevel::Debug
        : config.log_level == "warning" ? LogLevel::Warning
        : config.log_level == "error"   ? LogLevel::Error
                                        : LogLevel::Info
    );
}

}  // namespace

void with_config(CLI::App& command, Arguments& arguments, int& code, Run run) {
    command.add_option("-c,--config", arguments.config, "the machine's configuration");
    command.callback([&arguments, &code, run = std::move(run)] {
        auto config = load_config(arguments.config);
        if (config) set_level(*config);
        code = finish(config ? run(*config) : Result<int>(config.error()));
    });
}

void add_remote(CLI::App& command, Remote& remote) {
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
            code = finish(run(Config{}));
            return;
        }
        auto config = load_config(arguments.config);
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

}  // namespace proviso::app
