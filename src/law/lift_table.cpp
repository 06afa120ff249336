#include "lift_table.h"

#include <soci/soci.h>

namespace proviso::law {

namespace {

const std::vector<store::Migration>& schema() {
    static const std::vector<store::Migration> steps = {
        {1,
         "CREATE TABLE lifts (\n"
         "    id TEXT PRIMARY KEY,\n"
         "    user_id TEXT NOT NULL,\n"
         "    begins_us BIGINT NOT NULL,\n"
         "    ends_us BIGINT NOT NULL,\n"
         "    ended_us BIGINT NOT NULL,\n"
         "    review_due_us BIGINT NOT NULL,\n"
         "    reviewed_us BIGINT NOT NULL,\n"
         "    card TEXT NOT NULL\n"
         ");\n"
         "CREATE INDEX lifts_by_begin ON lifts (begins_us);\n",
         ""}};
    return steps;
}

long long count_of(Timestamp at) { return at.time_since_epoch().count(); }

long long count_of(const std::optional<Timestamp>& at) { return at ? count_of(*at) : 0; }

std::optional<Timestamp> time_of(long long count) {
    if (count == 0) return std::nullopt;
    return Timestamp(microseconds(count));
}

/// What is looked for stands in columns of its own, the rest here.
Json card_of(const Lift& lift) {
    Json cameras = Json::array();
    for (const auto& camera : lift.what.cameras) cameras.push_back(camera.text());
    return {
        {"cameras", std::move(cameras)},
        {"reason", lift.what.reason},
        {"exports", lift.what.exports},
        {"break_glass", lift.what.break_glass},
        {"approval", lift.what.approval},
        {"approved_by", lift.what.approved_by ? lift.what.approved_by->text() : ""},
        {"how", lift.how},
        {"reviewed_by", lift.reviewed_by ? lift.reviewed_by->text() : ""},
        {"finding", lift.finding},
        {"note", lift.note}};
}

Result<> read_card(std::string_view text, Lift& lift) {
    auto card = PROVISO_TRY(parse_json(text));
    ObjectReader read(card, "lift");
    for (const auto& name : read.texts_or_empty("cameras")) {
        lift.what.cameras.push_back(PROVISO_TRY(CameraId::parse(name)));
    }
    lift.what.reason = read.text("reason");
    lift.what.exports = read.boolean("exports");
    lift.what.break_glass = read.boolean("break_glass");
    lift.what.approval = read.text("approval");
    auto approved_by = read.text("approved_by");
    lift.how = read.text("how");
    auto reviewed_by = read.text("reviewed_by");
    lift.finding = read.text("finding");
    lift.note = read.text("note");
    PROVISO_TRY(read.finish());
    if (!approved_by.empty()) lift.what.approved_by = PROVISO_TRY(UserId::parse(approved_by));
    if (!reviewed_by.empty()) lift.reviewed_by = PROVISO_TRY(UserId::parse(reviewed_by));
    return {};
}

}  // namespace

Result<> LiftTable::prepare() { return database_.migrate("lifts", schema()); }

Result<> LiftTable::put(const Lift& lift) {
    auto user = lift.what.user.text();
    auto begins = count_of(lift.begins);
    auto ends = count_of(lift.ends);
    auto ended = count_of(lift.ended);
    auto due = count_of(lift.review_due);
    auto reviewed = count_of(lift.reviewed);
    auto card = card_of(lift).dump();
    return database_.write([&](soci::session& session) -> Result<> {
        session << "DELETE FROM lifts WHERE id = :id", soci::use(lift.id, "id");
        session << "INSERT INTO lifts (id, user_id, begins_us, ends_us, ended_us, review_due_us, "
                   "reviewed_us, card) VALUES (:id, :user_id, :begins, :ends, :ended, :due, "
                   ":reviewed, :card)",
            soci::use(lift.id, "id"), soci::use(user, "user_id"), soci::use(begins, "begins"),
            soci::use(ends, "ends"), soci::use(ended, "ended"), soci::use(due, "due"),
            soci::use(reviewed, "reviewed"), soci::use(card, "card");
        return {};
    });
}

Result<std::vector<Lift>> LiftTable::select(
    const std::string& where, long long first, long long second
) const {
    std::vector<Lift> found;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        std::string id;
        std::string user;
        std::string card;
        long long begins = 0;
        long long ends = 0;
        long long ended = 0;
        long long due = 0;
        long long reviewed = 0;
        soci::statement statement(session);
        for (auto* text : {&id, &user, &card}) statement.exchange(soci::into(*text));
        for (auto* time : {&begins, &ends, &ended, &due, &reviewed}) {
            statement.exchange(soci::into(*time));
        }
        if (where.find(":first") != std::string::npos) {
            statement.exchange(soci::use(first, "first"));
        }
        if (where.find(":second") != std::string::npos) {
            statement.exchange(soci::use(second, "second"));
        }
        statement.alloc();
        statement.prepare(
            "SELECT id, user_id, card, begins_us, ends_us, ended_us, review_due_us, reviewed_us "
            "FROM lifts " +
            where
        );
        statement.define_and_bind();
        statement.execute(false);
        while (statement.fetch()) {
            Lift lift;
            lift.id = id;
            lift.what.user = PROVISO_TRY(UserId::parse(user));
            lift.begins = Timestamp(microseconds(begins));
            lift.ends = Timestamp(microseconds(ends));
            lift.what.length = std::chrono::ceil<std::chrono::minutes>(lift.ends - lift.begins);
            lift.ended = time_of(ended);
            lift.review_due = time_of(due);
            lift.reviewed = time_of(reviewed);
            PROVISO_TRY(read_card(card, lift));
            found.push_back(std::move(lift));
        }
        return {};
    }));
    return found;
}

Result<std::optional<Lift>> LiftTable::find(const std::string& id) const {
    // An id is hexadecimal: nothing in it can end the text.
    if (!Uuid::parse(id)) return std::optional<Lift>();
    auto found = PROVISO_TRY(select("WHERE id = '" + id + "'"));
    if (found.empty()) return std::optional<Lift>();
    return std::optional(std::move(found.front()));
}

Result<std::vector<Lift>> LiftTable::since(Timestamp from) const {
    return select("WHERE begins_us > :first ORDER BY begins_us DESC, id LIMIT 200", count_of(from));
}

Result<std::vector<Lift>> LiftTable::touching(Timestamp from, Timestamp to) const {
    return select(
        "WHERE ends_us > :first AND begins_us < :second ORDER BY begins_us, id LIMIT 500",
        count_of(from),
        count_of(to)
    );
}

Result<std::vector<Lift>> LiftTable::unended() const { return select("WHERE ended_us = 0"); }

Result<std::vector<Lift>> LiftTable::unreviewed() const {
    return select("WHERE review_due_us > 0 AND reviewed_us = 0 ORDER BY begins_us DESC, id");
}

}  // namespace proviso::law
