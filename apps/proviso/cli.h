#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.h"

/// The words of the command line. `code` is what the program returns.
namespace proviso::app {

struct Arguments {
    std::string config = "/etc/proviso/proviso.yaml";
    Remote remote;
    ApplyArguments apply;
    PullArguments pull;
    EvaluateArguments evaluate;
    std::string kind;
    std::string name;
    std::string packs = "/usr/share/proviso/packs";
    std::vector<std::filesystem::path> files;
    std::vector<std::string> jurisdictions;
    std::string folder;
    std::string key;
    std::string login;
    std::string segment;
    std::string camera;
    bool deep = false;
    bool calendar = false;
    std::optional<Day> on;
    int months = 36;
    PackArguments pack;
    GalleryArguments gallery;
};

using Run = std::function<Result<int>(const Config&)>;

/// Prints what went wrong and what to do; the exit code.
int finish(const Result<int>& result);

/// A command that works on this machine's data folder.
void with_config(CLI::App& command, Arguments& arguments, int& code, Run run);
/// A command that works there, or with --server on a running server.
void local_or_remote(CLI::App& command, Arguments& arguments, int& code, Run run);
void add_remote(CLI::App& command, Remote& remote);
void day_option(CLI::App& command, const char* name, std::optional<Day>& target, const char* words);
/// --on: as if it were another day.
void add_day(CLI::App& command, Arguments& arguments);

void add_law_commands(CLI::App& law, Arguments& arguments, int& code);
void add_models(CLI::App& cli, Arguments& arguments, int& code);
void add_galleries(CLI::App& cli, Arguments& arguments, int& code);

}  // namespace proviso::app
