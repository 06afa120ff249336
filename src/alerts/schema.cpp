#include "schema.h"

#include <string>
#include <string_view>

namespace proviso::alerts {

namespace {

// Ids begin with their time, so the primary key is the order of the lists. `key_id` names the
// camera-day key whose destruction takes the row along.
constexpr std::string_view kTables = R"sql(
CREATE TABLE reviews (
    id @id@ PRIMARY KEY,
    camera TEXT NOT NULL,
    from_us BIGINT NOT NULL,
    to_us BIGINT NOT NULL,
    severity INTEGER NOT NULL,
    viewed INTEGER NOT NULL,
    picture INTEGER NOT NULL,
    key_id TEXT NOT NULL
)@clustered@;
CREATE INDEX reviews_by_camera ON reviews (camera, id);
CREATE TABLE review_findings (
    review @id@ NOT NULL,
    number INTEGER NOT NULL,
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    zone TEXT NOT NULL,
    severity INTEGER NOT NULL,
    title TEXT NOT NULL,
    why TEXT NOT NULL,
    numbers TEXT NOT NULL,
    model TEXT NOT NULL,
    from_us BIGINT NOT NULL,
    to_us BIGINT NOT NULL,
    judgement INTEGER NOT NULL,
    PRIMARY KEY (review, number)
)@clustered@;
CREATE TABLE review_tracks (
    review @id@ NOT NULL,
    number INTEGER NOT NULL,
    track @id@ NOT NULL,
    kind TEXT NOT NULL,
    colour TEXT NOT NULL,
    PRIMARY KEY (review, number)
)@clustered@;
CREATE TABLE tracks (
    id @id@ PRIMARY KEY,
    camera TEXT NOT NULL,
    kind TEXT NOT NULL,
    colour TEXT NOT NULL,
    from_us BIGINT NOT NULL,
    last_us BIGINT NOT NULL,
    ended INTEGER NOT NULL,
    direction TEXT NOT NULL,
    zones TEXT NOT NULL,
    path TEXT NOT NULL,
    picture INTEGER NOT NULL,
    key_id TEXT NOT NULL
)@clustered@;
CREATE INDEX tracks_by_camera ON tracks (camera, id);
CREATE TABLE activity (
    camera TEXT NOT NULL,
    minute BIGINT NOT NULL,
    peak INTEGER NOT NULL,
    PRIMARY KEY (camera, minute)
)@clustered@;
CREATE TABLE heat (
    camera TEXT NOT NULL,
    hour BIGINT NOT NULL,
    pictures BIGINT NOT NULL,
    cells TEXT NOT NULL,
    PRIMARY KEY (camera, hour)
)@clustered@;
CREATE TABLE passages (
    camera TEXT NOT NULL,
    name TEXT NOT NULL,
    day BIGINT NOT NULL,
    went_in BIGINT NOT NULL,
    went_out BIGINT NOT NULL,
    inside BIGINT NOT NULL,
    PRIMARY KEY (camera, name, day)
)@clustered@;
CREATE TABLE accuracy (
    camera TEXT NOT NULL,
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    model TEXT NOT NULL,
    right_count BIGINT NOT NULL,
    wrong_count BIGINT NOT NULL,
    unsure_count BIGINT NOT NULL,
    right_since BIGINT NOT NULL,
    wrong_since BIGINT NOT NULL,
    suspended_us BIGINT NOT NULL,
    recorded INTEGER NOT NULL,
    PRIMARY KEY (camera, rule, kind, model)
)@clustered@;
)sql";

std::string tables_for(std::string_view clustered, std::string_view id) {
    std::string text(kTables);
    auto fill = [&text](std::string_view mark, std::string_view with) {
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
            text.replace(at, mark.size(), with);
        }
    };
    fill("@clustered@", clustered);
    fill("@id@", id);
    return text;
}

}  // namespace

const std::vector<store::Migration>& schema() {
    // PostgreSQL would order text by the words of a language.
    static const std::vector<store::Migration> steps = {
        {1, tables_for(" WITHOUT ROWID", "TEXT"), tables_for("", "TEXT COLLATE \"C\"")}};
    return steps;
}

}  // namespace proviso::alerts
