#include <array>

#include <fmt/format.h>
#include <soci/soci.h>

#include "rows.h"
#include "tables.h"
#include "words.h"

namespace proviso::recognise {

namespace {

constexpr auto kStates =
    std::to_array<std::string_view>({"proposed", "confirmed", "rejected", "expired"});
constexpr std::size_t kMostRows = 1000;

constexpr std::string_view kColumns =
    "id, gallery, person, camera, track, at_us, last_us, score, threshold, decision, state, "
    "needed, first_by, first_us, second_by, second_us, leaf";

/// The variables that a row is read into and written from.
struct Row {
    std::string id;
    std::string gallery;
    std::string person;
    std::string camera;
    std::string track;
    long long at = 0;
    long long last = 0;
    double score = 0;
    double threshold = 0;
    long long decision = 0;
    std::string state;
    int needed = 1;
    std::string first_by;
    long long first_us = 0;
    std::string second_by;
    long long second_us = 0;
    long long leaf = 0;

    Row() = default;

    explicit Row(const StoredMatch& stored)
        : id(stored.match.id),
          gallery(stored.match.gallery.text()),
          person(stored.match.person.text()),
          camera(stored.match.camera.text()),
          track(std::to_string(stored.match.track)),
          at(count_of(stored.match.at)),
          last(count_of(stored.match.last)),
          score(stored.match.score),
          threshold(stored.match.threshold),
          decision(static_cast<long long>(stored.match.decision)),
          state(to_string(stored.match.state)),
          needed(stored.match.needed),
          first_by(stored.match.first_by ? stored.match.first_by->text() : ""),
          first_us(stored.match.first_at ? count_of(*stored.match.first_at) : 0),
          second_by(stored.match.second_by ? stored.match.second_by->text() : ""),
          second_us(stored.match.second_at ? count_of(*stored.match.second_at) : 0),
          leaf(static_cast<long long>(stored.leaf)) {}

    void exchange_into(soci::statement& statement) {
        for (auto* each : {&id, &gallery, &person, &camera, &track}) {
            statement.exchange(soci::into(*each));
        }
        statement.exchange(soci::into(at));
        statement.exchange(soci::into(last));
        statement.exchange(soci::into(score));
        statement.exchange(soci::into(threshold));
        statement.exchange(soci::into(decision));
        statement.exchange(soci::into(state));
        statement.exchange(soci::into(needed));
        statement.exchange(soci::into(first_by));
        statement.exchange(soci::into(first_us));
        statement.exchange(soci::into(second_by));
        statement.exchange(soci::into(second_us));
        statement.exchange(soci::into(leaf));
    }

    Result<StoredMatch> to_match() const {
        StoredMatch stored;
        auto& match = stored.match;
        match.id = id;
        match.gallery = PROVISO_TRY(GalleryId::parse(gallery));
        match.person = PROVISO_TRY(PersonId::parse(person));
        match.camera = PROVISO_TRY(CameraId::parse(camera));
        match.track = std::strtoull(track.c_str(), nullptr, 10);
        match.at = time_of(at);
        match.last = time_of(last);
        match.score = score;
        match.threshold = threshold;
        match.decision = static_cast<std::uint64_t>(decision);
        auto known = value_of<MatchState>(kStates, state);
        if (!known) return Error(ErrorKind::Corrupt, "a match is damaged");
        match.state = *known;
        match.needed = needed;
        if (!first_by.empty()) {
            match.first_by = PROVISO_TRY(UserId::parse(first_by));
            match.first_at = time_of(first_us);
        }
        if (!second_by.empty()) {
            match.second_by = PROVISO_TRY(UserId::parse(second_by));
            match.second_at = time_of(second_us);
        }
        stored.leaf = static_cast<std::uint64_t>(leaf);
        return stored;
    }
};

}  // namespace

std::string_view to_string(MatchState state) { return word_of(kStates, state); }

Json to_json(const Match& match) {
    Json json = {
        {"id", match.id},
        {"gallery", match.gallery.text()},
        {"person", match.person.text()},
        {"camera", match.camera.text()},
        {"at", to_iso8601(match.at)},
        {"last", to_iso8601(match.last)},
        {"score", match.score},
        {"threshold", match.threshold},
        {"decision", match.decision},
        {"state", to_string(match.state)},
        {"needs", match.needed}};
    put_if(json, "first_by", match.first_by);
    put_if(json, "first_at", match.first_at);
    put_if(json, "second_by", match.second_by);
    put_if(json, "second_at", match.second_at);
    return json;
}

Result<> Tables::put(const StoredMatch& stored) {
    return database_.write([&](soci::session& session) -> Result<> {
        Row row(stored);
        session << "INSERT INTO face_matches (" << std::string(kColumns)
                << ") VALUES (:id, :gallery, :person, :camera, :track, :at, :last, :score, "
                   ":threshold, :decision, :state, :needed, :first_by, :first_us, :second_by, "
                   ":second_us, :leaf)",
            soci::use(row.id, "id"), soci::use(row.gallery, "gallery"),
            soci::use(row.person, "person"), soci::use(row.camera, "camera"),
            soci::use(row.track, "track"), soci::use(row.at, "at"), soci::use(row.last, "last"),
            soci::use(row.score, "score"), soci::use(row.threshold, "threshold"),
            soci::use(row.decision, "decision"), soci::use(row.state, "state"),
            soci::use(row.needed, "needed"), soci::use(row.first_by, "first_by"),
            soci::use(row.first_us, "first_us"), soci::use(row.second_by, "second_by"),
            soci::use(row.second_us, "second_us"), soci::use(row.leaf, "leaf");
        return {};
    });
}

Result<> Tables::improve(const Match& match) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto last = count_of(match.last);
        session << "UPDATE face_matches SET score = :score, last_us = :last WHERE id = :id",
            soci::use(match.score, "score"), soci::use(last, "last"), soci::use(match.id, "id");
        return {};
    });
}

Result<> Tables::decide(const Match& match) {
    return database_.write([&](soci::session& session) -> Result<> {
        Row row(StoredMatch{match, 0});
        session << "UPDATE face_matches SET state = :state, first_by = :first_by, "
                   "first_us = :first_us, second_by = :second_by, second_us = :second_us "
                   "WHERE id = :id",
            soci::use(row.state, "state"), soci::use(row.first_by, "first_by"),
            soci::use(row.first_us, "first_us"), soci::use(row.second_by, "second_by"),
            soci::use(row.second_us, "second_us"), soci::use(row.id, "id");
        return {};
    });
}

Result<std::vector<StoredMatch>> Tables::matches(const MatchFilter& filter) const {
    std::vector<StoredMatch> found;
    auto gallery = filter.gallery ? filter.gallery->text() : std::string();
    auto camera = filter.camera ? filter.camera->text() : std::string();
    auto state = filter.state ? std::string(to_string(*filter.state)) : std::string();
    auto before = filter.before ? count_of(*filter.before) : std::numeric_limits<long long>::max();
    auto limit = static_cast<long long>(std::min(filter.limit, kMostRows));
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        Row row;
        soci::statement statement(session);
        row.exchange_into(statement);
        for (const auto& [value, name, again] :
             {std::tuple(&gallery, "gallery", "gallery2"),
              std::tuple(&camera, "camera", "camera2"),
              std::tuple(&state, "state", "state2")}) {
            statement.exchange(soci::use(*value, name));
            statement.exchange(soci::use(*value, again));
        }
        statement.exchange(soci::use(before, "before"));
        statement.exchange(soci::use(limit, "limit"));
        statement.alloc();
        statement.prepare(fmt::format(
            "SELECT {} FROM face_matches WHERE (:gallery = '' OR gallery = :gallery2) "
            "AND (:camera = '' OR camera = :camera2) AND (:state = '' OR state = :state2) "
            "AND at_us < :before ORDER BY at_us DESC, id LIMIT :limit",
            kColumns
        ));
        statement.define_and_bind();
        statement.execute(false);
        while (statement.fetch()) found.push_back(PROVISO_TRY(row.to_match()));
        return {};
    }));
    return found;
}

Result<std::optional<StoredMatch>> Tables::match_of(const std::string& id) const {
    std::optional<StoredMatch> found;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        Row row;
        soci::statement statement(session);
        row.exchange_into(statement);
        statement.exchange(soci::use(id, "wanted"));
        statement.alloc();
        statement.prepare(fmt::format("SELECT {} FROM face_matches WHERE id = :wanted", kColumns));
        statement.define_and_bind();
        statement.execute(false);
        if (statement.fetch()) found = PROVISO_TRY(row.to_match());
        return {};
    }));
    return found;
}

Result<> Tables::expire_proposals(Timestamp then) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto at = count_of(then);
        session << "UPDATE face_matches SET state = 'expired' "
                   "WHERE state = 'proposed' AND at_us < :at",
            soci::use(at, "at");
        return {};
    });
}

Result<std::vector<std::uint64_t>> Tables::drop_matches(Timestamp before) {
    std::vector<std::uint64_t> leaves;
    PROVISO_TRY(database_.write([&](soci::session& session) -> Result<> {
        auto at = count_of(before);
        long long leaf = 0;
        soci::statement statement =
            (session.prepare << "SELECT leaf FROM face_matches WHERE at_us < :at",
             soci::use(at, "at"),
             soci::into(leaf));
        statement.execute(false);
        while (statement.fetch()) leaves.push_back(static_cast<std::uint64_t>(leaf));
        session << "DELETE FROM face_matches WHERE at_us < :at", soci::use(at, "at");
        return {};
    }));
    return leaves;
}

}  // namespace proviso::recognise
