#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include <proviso/base/file.h>

#include "client.h"
#include "commands.h"
#include "house.h"

namespace proviso::app {

namespace {

/// The author of changes made by whoever may write the data folder.
UserId machine_administrator() { return UserId::literal("u-machine-administrator"); }

Result<std::string> read_documents(const std::vector<std::filesystem::path>& files) {
    std::string all;
    for (const auto& file : files) {
        if (!all.empty()) all += "\n---\n";
        if (file == "-") {
            all.append(std::istreambuf_iterator<char>(std::cin), {});
        } else {
            all += PROVISO_TRY(read_file(file, 16U << 20U));
        }
    }
    return all;
}

void print(std::string_view what, std::string_view kind, std::string_view name) {
    std::cout << fmt::format("{:<10} {} {}\n", what, kind, name);
}

}  // namespace

Result<int> apply(const Config& config, const Remote& remote, const ApplyArguments& arguments) {
    auto documents = PROVISO_TRY(read_documents(arguments.files));
    if (remote.server.empty()) {
        auto house = PROVISO_TRY(House::open(config));
        registers::Author author{machine_administrator(), arguments.reason};
        auto changes = PROVISO_TRY(house->registers->apply(documents, author, arguments.dry_run));
        for (const auto& change : changes) print(change.what, change.kind, change.name);
        return 0;
    }
    auto client = PROVISO_TRY(Client::sign_in(remote));
    auto path = fmt::format(
        "/api/documents/apply?dry_run={}&reason={}",
        arguments.dry_run,
        Client::escape(arguments.reason)
    );
    auto answer =
        PROVISO_TRY(parse_json(PROVISO_TRY(client->post(path, documents, "application/yaml"))));
    for (const auto& change : answer.value("changes", Json::array())) {
        print(change.value("what", ""), change.value("kind", ""), change.value("name", ""));
    }
    return 0;
}

Result<int> get(
    const Config& config, const Remote& remote, const std::string& kind, const std::string& name
) {
    if (remote.server.empty()) {
        auto house = PROVISO_TRY(House::open(config));
        std::cout << PROVISO_TRY(house->registers->get(kind, name));
        return 0;
    }
    auto client = PROVISO_TRY(Client::sign_in(remote));
    std::cout << PROVISO_TRY(client->get(
        fmt::format("/api/documents?kind={}&name={}", Client::escape(kind), Client::escape(name))
    ));
    return 0;
}

Result<int> reset_password(const Config& config, const std::string& login) {
    auto house = PROVISO_TRY(House::open(config));
    for (const auto& user : PROVISO_TRY(house->identity->users())) {
        if (user.login != login) continue;
        auto password =
            PROVISO_TRY(house->identity->reset_password(user.id, machine_administrator()));
        std::cout << "One-time password, to be changed at the next sign-in: " << password << "\n";
        return 0;
    }
    return Error(ErrorKind::NotFound, "nobody has this login", "see who there is with the web UI");
}

}  // namespace proviso::app
