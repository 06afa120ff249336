#include "proviso/law/counsel.h"

#include <set>

#include <soci/soci.h>

namespace proviso::law {

namespace {

const std::vector<store::Migration>& schema() {
    static const std::vector<store::Migration> steps = {
        {1,
         "CREATE TABLE law_questions (\n"
         "    id TEXT PRIMARY KEY,\n"
         "    kind TEXT NOT NULL,\n"
         "    what TEXT NOT NULL,\n"
         "    rule TEXT NOT NULL,\n"
         "    site TEXT NOT NULL,\n"
         "    raised TEXT NOT NULL,\n"
         "    due TEXT NOT NULL,\n"
         "    settled TEXT NOT NULL,\n"
         "    owner TEXT NOT NULL,\n"
         "    record TEXT NOT NULL\n"
         ");\n",
         ""}};
    return steps;
}

Json body_of(const QuestionState& state) {
    Json body = {
        {"question", state.id},
        {"kind", state.kind},
        {"site", state.site.text()},
        {"due", to_iso8601(state.due)}};
    if (state.rule.empty()) {
        body["fact"] = state.what;
    } else {
        body["rule"] = state.rule;
    }
    return body;
}

}  // namespace

Counsel::Counsel(store::Database& database, ledger::Ledger& ledger, const Clock& clock)
    : database_(database), ledger_(ledger), clock_(clock) {}

Result<std::unique_ptr<Counsel>> Counsel::open(
    store::Database& database, ledger::Ledger& ledger, const Clock& clock
) {
    PROVISO_TRY(database.migrate("law", schema()));
    return std::unique_ptr<Counsel>(new Counsel(database, ledger, clock));
}

QuestionState Counsel::raised(const OpenQuestion& question) const {
    QuestionState state;
    state.id = question.id;
    state.kind = question.kind;
    state.what = question.what;
    state.rule = question.rule;
    state.site = question.site;
    state.raised = day_of(clock_.now());
    state.due = state.raised + kDaysToAnswer;
    return state;
}

Result<> Counsel::note(const std::vector<OpenQuestion>& open) {
    std::lock_guard lock(changing_);
    auto known = PROVISO_TRY(all());
    std::set<std::string> asked;
    for (const auto& question : open) {
        asked.insert(question.id);
        auto found = known.find(question.id);
        bool waits = found == known.end() ? !question.in_use : !found->second.settled;
        if (waits) continue;
        auto state = raised(question);
        if (found != known.end()) {
            if (!question.in_use) continue;
            state.owner = found->second.owner;
        }
        PROVISO_TRY(put(state, "question.raised", body_of(state), nullptr));
    }
    for (auto& [id, state] : known) {
        if (state.settled || asked.contains(id)) continue;
        state.settled = day_of(clock_.now());
        PROVISO_TRY(put(state, "question.settled", body_of(state), nullptr));
    }
    return {};
}

Result<QuestionState> Counsel::change(
    const OpenQuestion& question, const Change& what, const UserId& by
) {
    std::lock_guard lock(changing_);
    if (what.owner && what.owner->size() > kLongestOwner) {
        return invalid_input("an owner has at most 120 characters", "name a person or an office");
    }
    if (what.due && *what.due < day_of(clock_.now())) {
        return invalid_input("the deadline lies in the past", "choose today or a later day");
    }
    auto known = PROVISO_TRY(all());
    auto found = known.find(question.id);
    auto state = found == known.end() || found->second.settled ? raised(question) : found->second;
    if (what.owner) state.owner = *what.owner;
    if (what.due) state.due = *what.due;
    if (what.record) state.record = *what.record;
    auto body = body_of(state);
    body["by"] = by.text();
    if (what.record) body["record"] = *what.record;
    Json personal;
    if (what.owner) personal = {{"owner", *what.owner}};
    PROVISO_TRY(put(state, "question.changed", std::move(body), std::move(personal)));
    return state;
}

Result<> Counsel::put(
    const QuestionState& state, std::string_view entry, Json body, Json personal
) {
    // The record first: a change that was not recorded is none.
    PROVISO_TRY(ledger_.append({std::string(entry), std::move(body), std::move(personal)}));
    return database_.write([&](soci::session& session) -> Result<> {
        auto site = state.site.text();
        auto raised = to_iso8601(state.raised);
        auto due = to_iso8601(state.due);
        auto settled = state.settled ? to_iso8601(*state.settled) : std::string();
        session << "DELETE FROM law_questions WHERE id = :id", soci::use(state.id, "id");
        session << "INSERT INTO law_questions (id, kind, what, rule, site, raised, due, settled, "
                   "owner, record) VALUES (:id, :kind, :what, :rule, :site, :raised, :due, "
                   ":settled, :owner, :record)",
            soci::use(state.id, "id"), soci::use(state.kind, "kind"), soci::use(state.what, "what"),
            soci::use(state.rule, "rule"), soci::use(site, "site"), soci::use(raised, "raised"),
            soci::use(due, "due"), soci::use(settled, "settled"), soci::use(state.owner, "owner"),
            soci::use(state.record, "record");
        return {};
    });
}

Result<std::map<std::string, QuestionState>> Counsel::all() const {
    std::map<std::string, QuestionState> found;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        QuestionState state;
        std::string site;
        std::string raised;
        std::string due;
        std::string settled;
        soci::statement statement =
            (session.prepare << "SELECT id, kind, what, rule, site, raised, due, settled, owner, "
                                "record FROM law_questions",
             soci::into(state.id),
             soci::into(state.kind),
             soci::into(state.what),
             soci::into(state.rule),
             soci::into(site),
             soci::into(raised),
             soci::into(due),
             soci::into(settled),
             soci::into(state.owner),
             soci::into(state.record));
        statement.execute(false);
        while (statement.fetch()) {
            state.site = PROVISO_TRY(SiteId::parse(site));
            state.raised = PROVISO_TRY(parse_day(raised));
            state.due = PROVISO_TRY(parse_day(due));
            state.settled.reset();
            if (!settled.empty()) state.settled = PROVISO_TRY(parse_day(settled));
            found[state.id] = state;
        }
        return {};
    }));
    return found;
}

}  // namespace proviso::law
