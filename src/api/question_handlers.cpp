#include <algorithm>

#include <fmt/format.h>

#include <proviso/law/counsel.h>

#include "handlers.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

namespace {

using law::OpenQuestion;
using law::QuestionState;

/// What is asked now, and what stands in the register.
struct Asked {
    std::vector<OpenQuestion> open;
    std::map<std::string, QuestionState> known;
};

Result<std::vector<OpenQuestion>> ask_now(Call& call) {
    auto snapshot = call.rooms().registers.snapshot();
    auto packs = call.rooms().shelf.packs();
    auto today = day_of(call.rooms().clock.now());
    auto cells =
        PROVISO_TRY(law::matrix_of(packs, *snapshot, {}, today, call.rooms().viewer_country));
    return law::open_questions(packs, *snapshot, cells);
}

Result<Asked> look_up(Call& call) {
    Asked asked;
    asked.open = PROVISO_TRY(ask_now(call));
    asked.known = PROVISO_TRY(call.rooms().counsel.all());
    return asked;
}

Json state_json(const QuestionState& state, Day today) {
    return {
        {"id", state.id},
        {"kind", state.kind},
        {"what", state.what},
        {"rule", state.rule},
        {"site", state.site.text()},
        {"state", state.settled ? "settled" : "open"},
        {"raised", to_iso8601(state.raised)},
        {"due", to_iso8601(state.due)},
        {"overdue", !state.settled && state.due < today},
        {"settled", state.settled ? Json(to_iso8601(*state.settled)) : Json()},
        {"owner", state.owner},
        {"record", state.record},
        {"text", ""},
        {"articles", Json::array()},
        {"cameras", Json::array()},
        {"capabilities", Json::array()},
        {"in_use", false},
    };
}

Json question_json(const OpenQuestion& question, const QuestionState* state, Day today) {
    QuestionState fresh;
    fresh.id = question.id;
    fresh.kind = question.kind;
    fresh.what = question.what;
    fresh.rule = question.rule;
    fresh.site = question.site;
    bool raised = state != nullptr && !state->settled;
    auto json = state_json(raised ? *state : fresh, today);
    if (!raised) {
        json["state"] = "possible";
        json["raised"] = json["due"] = nullptr;
        json["overdue"] = false;
    }
    auto cameras = Json::array();
    for (const auto& camera : question.cameras) cameras.push_back(camera.text());
    json["text"] = question.text;
    json["articles"] = reasons_json(question.articles);
    json["cameras"] = std::move(cameras);
    json["capabilities"] = question.capabilities;
    json["in_use"] = question.in_use;
    return json;
}

Result<OpenQuestion> question_of(Call& call) {
    auto open = PROVISO_TRY(ask_now(call));
    auto found = std::find_if(open.begin(), open.end(), [&](const auto& each) {
        return each.id == call.parameters.front();
    });
    if (found == open.end()) return not_here();
    return *found;
}

Response after(Call& call, const OpenQuestion& question, const QuestionState& state) {
    call.state.changes.publish({Topic::Matrix, Topic::Ledger});
    auto today = day_of(call.rooms().clock.now());
    if (state.settled) return Response::json(200, state_json(state, today));
    return Response::json(200, question_json(question, &state, today));
}

Result<std::string> text_of(ObjectReader& read, const char* key, std::size_t least) {
    auto text = read.text_or(key, "");
    if (text.size() < least || text.size() > 4000) {
        return invalid_input(
            fmt::format("'{}' has {} to 4000 characters", key, least),
            "say what counsel answered, who signed it, and where the signed letter lies"
        );
    }
    return text;
}

}  // namespace

Result<Response> list_questions(Call& call) {
    auto asked = PROVISO_TRY(look_up(call));
    auto today = day_of(call.rooms().clock.now());
    auto list = Json::array();
    for (const auto& question : asked.open) {
        auto known = asked.known.find(question.id);
        list.push_back(
            question_json(question, known == asked.known.end() ? nullptr : &known->second, today)
        );
        if (known != asked.known.end()) asked.known.erase(known);
    }
    // What is left is asked no more.
    for (const auto& [id, state] : asked.known) list.push_back(state_json(state, today));
    return Response::json(200, {{"questions", std::move(list)}});
}

Result<Response> change_question(Call& call) {
    ObjectReader read(call.body, "question");
    law::Counsel::Change change;
    if (read.has("owner")) change.owner = read.text_or("owner", "");
    auto due = read.text_or("due", "");
    PROVISO_TRY(read.finish());
    if (!due.empty()) change.due = PROVISO_TRY(parse_day(due).while_doing("due"));
    if (!change.owner && !change.due) {
        return invalid_input("nothing would change", "give 'owner' or 'due'");
    }
    auto question = PROVISO_TRY(question_of(call));
    auto state = PROVISO_TRY(call.rooms().counsel.change(question, change, call.user().id));
    return after(call, question, state);
}

Result<Response> answer_question(Call& call) {
    ObjectReader read(call.body, "answer");
    auto until_text = read.text("valid_until");
    auto everywhere = read.boolean_or("everywhere", false);
    auto text = PROVISO_TRY(text_of(read, "text", 10));
    PROVISO_TRY(read.finish());
    auto today = day_of(call.rooms().clock.now());
    auto until = PROVISO_TRY(parse_day(until_text).while_doing("valid_until"));
    if (until < today) {
        return invalid_input("the answer has expired already", "give the last day it holds");
    }
    auto question = PROVISO_TRY(question_of(call));
    if (question.rule.empty()) {
        return Error(
            ErrorKind::Conflict,
            fmt::format("'{}' is a fact, which no attestation replaces", question.what),
            "state it in the document of the camera or site"
        );
    }
    auto name = fmt::format(
        "counsel-{}-{}", question.id.substr(question.id.rfind('-') + 1), to_iso8601(today)
    );
    Json document = {
        {"kind", "record"},
        {"name", name},
        {"record", "counsel_attestation"},
        {"question", question.rule},
        {"valid_from", to_iso8601(today)},
        {"valid_until", to_iso8601(until)},
        {"text", text}};
    if (!everywhere) document["site"] = question.site.text();
    registers::Author author{call.user().id, "Counsel's answer on " + question.rule};
    PROVISO_TRY(call.rooms().registers.apply(document.dump(), author));
    law::Counsel::Change change;
    change.record = name;
    PROVISO_TRY(call.rooms().counsel.change(question, change, call.user().id));
    auto open = PROVISO_TRY(ask_now(call));
    PROVISO_TRY(call.rooms().counsel.note(open));
    auto known = PROVISO_TRY(call.rooms().counsel.all());
    return after(call, question, known.at(question.id));
}

}  // namespace proviso::api
