#include <iostream>

#include <fmt/format.h>

#include <proviso/base/file.h>

#include "client.h"
#include "commands.h"

/// `proviso law ... --server`: the same commands, answered by a running server.
namespace proviso::app {

namespace fs = std::filesystem;

namespace {

std::string query(std::optional<Day> on, int months) {
    auto text = fmt::format("?months={}", months);
    if (on) text += "&on=" + to_iso8601(*on);
    return text;
}

void print(const Json& turns, std::string_view heading) {
    std::cout << fmt::format("{}: {}\n", heading, turns.empty() ? "nothing" : "");
    for (const auto& turn : turns) {
        std::cout << fmt::format(
            "{} {} {}\n",
            turn.value("on", ""),
            turn.value("stricter", false) ? "stricter" : "looser  ",
            turn.value("words", "")
        );
    }
}

void print_rules(const Json& change, const char* key, std::string_view heading) {
    auto rules = change.value(key, std::vector<std::string>{});
    if (rules.empty()) return;
    std::cout << heading << ":";
    for (const auto& rule : rules) std::cout << " " << rule;
    std::cout << "\n";
}

int print_packs(const Json& packs) {
    for (const auto& pack : packs.value("packs", Json::array())) {
        auto publisher = pack.value("publisher", "");
        std::cout << fmt::format(
            "{:<12} {:<8} {:<10} checked {}, due {}{}  {}\n",
            pack.value("id", ""),
            pack.value("version", ""),
            pack.value("announced", false) ? "announced" : "in force",
            pack.value("checked", ""),
            pack.value("review_by", ""),
            pack.value("overdue", false) ? " (OVERDUE)" : "",
            publisher.empty() ? "came with the program" : publisher
        );
    }
    return packs.value("overdue", false) ? 1 : 0;
}

Result<Json> answer_of(Result<std::string> text) {
    auto given = PROVISO_TRY(std::move(text));
    return parse_json(given);
}

}  // namespace

Result<int> remote_law_diff(
    const Remote& remote, const fs::path& file, std::optional<Day> on, int months
) {
    std::string text;
    if (!file.empty()) text = PROVISO_TRY(read_file(file, 16U << 20U));
    auto client = PROVISO_TRY(Client::sign_in(remote));
    auto path = "/api/law/packs/difference" + query(on, months);
    auto change = PROVISO_TRY(
        answer_of(file.empty() ? client->get(path) : client->post(path, text, "application/json"))
    );
    print_rules(change, "rules_new", "new rules");
    print_rules(change, "rules_changed", "changed rules");
    print_rules(change, "rules_gone", "rules that go");
    print(change.value("today", Json::array()), "read otherwise at once");
    print(
        change.value("later", Json::array()), fmt::format("read otherwise within {} months", months)
    );
    for (const auto& again : change.value("look_again", Json::array())) {
        std::cout << fmt::format(
            "look again at the {} '{}': {} changed\n",
            again.value("kind", ""),
            again.value("record", ""),
            again.value("rule", "")
        );
    }
    for (const auto& each : change.value("recordings", Json::array())) {
        std::cout << fmt::format(
            "{}: recordings of {} bytes are older than {} days and would go\n",
            each.value("camera", ""),
            each.value("bytes", std::uint64_t{0}),
            each.value("to_days", 0)
        );
    }
    return 0;
}

Result<int> remote_law_import(const Remote& remote, const fs::path& file) {
    auto text = PROVISO_TRY(read_file(file, 16U << 20U));
    auto client = PROVISO_TRY(Client::sign_in(remote));
    auto packs = PROVISO_TRY(answer_of(client->post("/api/law/packs", text, "application/json")));
    auto code = print_packs(packs);
    std::cout << "What is announced counts from now on where it is stricter.\n"
                 "Read what it changes with 'proviso law diff', then 'proviso law approve'.\n";
    return code;
}

Result<int> remote_law_approve(const Remote& remote, bool withdraw) {
    auto client = PROVISO_TRY(Client::sign_in(remote));
    auto path = withdraw ? "/api/law/packs/withdraw" : "/api/law/packs/approve";
    return print_packs(PROVISO_TRY(answer_of(client->post(path, "", "application/json"))));
}

Result<int> remote_law_status(const Remote& remote) {
    auto client = PROVISO_TRY(Client::sign_in(remote));
    return print_packs(PROVISO_TRY(answer_of(client->get("/api/law/packs"))));
}

Result<int> remote_law_matrix(
    const Remote& remote, const std::optional<CameraId>& camera, std::optional<Day> on
) {
    auto client = PROVISO_TRY(Client::sign_in(remote));
    auto path = camera ? "/api/compliance/cameras/" + camera->text() : "/api/compliance/matrix";
    if (on) path += "?on=" + to_iso8601(*on);
    auto matrix = PROVISO_TRY(answer_of(client->get(path)));
    for (const auto& each : matrix.value("cells", Json::array())) {
        law::Cell cell;
        cell.camera = PROVISO_TRY(CameraId::parse(each.value("camera", "")));
        cell.capability = each.value("capability", "");
        cell.verdict = each.value("verdict", "");
        cell.pending = each.value("pending", false);
        if (const auto& days = each["footage_days_cap"]; days.is_number()) {
            cell.footage_days_cap = days.get<std::int64_t>();
        }
        for (const auto& reason : each.value("reasons", Json::array())) {
            cell.reasons.push_back({"", reason.value("cite", ""), reason.value("title", ""), ""});
        }
        for (const auto& lack : each.value("missing", Json::array())) {
            cell.missing.push_back({"", "", lack.value("next_step", ""), lack.value("owner", ""), 0}
            );
        }
        print_cell(cell);
    }
    return 0;
}

Result<int> remote_law_horizon(
    const Remote& remote, std::optional<Day> on, int months, bool calendar
) {
    auto client = PROVISO_TRY(Client::sign_in(remote));
    if (calendar) {
        std::cout << PROVISO_TRY(client->get("/api/law/horizon.ics" + query(on, months)));
        return 0;
    }
    auto horizon = PROVISO_TRY(answer_of(client->get("/api/law/horizon" + query(on, months))));
    print(horizon.value("turns", Json::array()), fmt::format("changes within {} months", months));
    return 0;
}

}  // namespace proviso::app
