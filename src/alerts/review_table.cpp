#include "review_table.h"

#include <map>

namespace proviso::alerts {

namespace {

void put_findings(soci::session& session, const ReviewItem& item) {
    int number = 0;
    for (const auto& finding : item.findings) {
        auto severity = static_cast<int>(finding.severity);
        auto numbers = finding.numbers.dump(-1, ' ', false, Json::error_handler_t::replace);
        auto from = to_us(finding.from);
        auto to = finding.to ? to_us(*finding.to) : kLasting;
        session << "INSERT INTO review_findings (review, number, rule, kind, zone, severity, "
                   "title, why, numbers, model, from_us, to_us, judgement) VALUES (:review, "
                   ":number, :rule, :kind, :zone, :severity, :title, :why, :numbers, :model, "
                   ":from_us, :to_us, 0) ON CONFLICT (review, number) DO UPDATE SET "
                   "severity = excluded.severity, title = excluded.title, why = excluded.why, "
                   "numbers = excluded.numbers, to_us = excluded.to_us",
            soci::use(item.id, "review"), soci::use(number, "number"),
            soci::use(finding.rule, "rule"), soci::use(finding.kind, "kind"),
            soci::use(finding.zone, "zone"), soci::use(severity, "severity"),
            soci::use(finding.title, "title"), soci::use(finding.why, "why"),
            soci::use(numbers, "numbers"), soci::use(finding.model, "model"),
            soci::use(from, "from_us"), soci::use(to, "to_us");
        ++number;
    }
}

void put_tracks(soci::session& session, const ReviewItem& item) {
    int number = 0;
    for (const auto& track : item.tracks) {
        session << "INSERT INTO review_tracks (review, number, track, kind, colour) VALUES "
                   "(:review, :number, :track, :kind, :colour) ON CONFLICT (review, number) DO "
                   "UPDATE SET kind = excluded.kind, colour = excluded.colour",
            soci::use(item.id, "review"), soci::use(number, "number"), soci::use(track.id, "track"),
            soci::use(track.kind, "kind"), soci::use(track.colour, "colour");
        ++number;
    }
}

void read_findings(soci::session& session, ReviewItem& item) {
    FindingRecord finding;
    int severity = 0;
    int judgement = 0;
    long long from = 0;
    long long to = 0;
    std::string numbers;
    soci::statement statement =
        (session.prepare << "SELECT rule, kind, zone, severity, title, why, numbers, model, "
                            "from_us, to_us, judgement FROM review_findings WHERE review = :review "
                            "ORDER BY number",
         soci::use(item.id, "review"),
         soci::into(finding.rule),
         soci::into(finding.kind),
         soci::into(finding.zone),
         soci::into(severity),
         soci::into(finding.title),
         soci::into(finding.why),
         soci::into(numbers),
         soci::into(finding.model),
         soci::into(from),
         soci::into(to),
         soci::into(judgement));
    statement.execute(false);
    while (statement.fetch()) {
        finding.severity = static_cast<Severity>(severity);
        finding.judgement = static_cast<Judgement>(judgement);
        finding.from = from_us(from);
        finding.to = end_from_us(to);
        finding.numbers = Json::parse(numbers, nullptr, false);
        item.findings.push_back(finding);
    }
}

void read_tracks(soci::session& session, ReviewItem& item) {
    TrackBrief track;
    soci::statement statement =
        (session.prepare << "SELECT track, kind, colour FROM review_tracks WHERE review = :review "
                            "ORDER BY number",
         soci::use(item.id, "review"),
         soci::into(track.id),
         soci::into(track.kind),
         soci::into(track.colour));
    statement.execute(false);
    while (statement.fetch()) item.tracks.push_back(track);
}

std::vector<ReviewItem> select_where(
    soci::session& session, const Where& where, std::size_t limit
) {
    std::string id;
    std::string camera;
    long long from = 0;
    long long to = 0;
    int viewed = 0;
    int picture = 0;
    auto most = static_cast<long long>(limit);
    soci::statement statement(session);
    statement.exchange(soci::into(id));
    statement.exchange(soci::into(camera));
    statement.exchange(soci::into(from));
    statement.exchange(soci::into(to));
    statement.exchange(soci::into(viewed));
    statement.exchange(soci::into(picture));
    where.bind(statement);
    statement.exchange(soci::use(most, "most"));
    statement.alloc();
    statement.prepare(
        "SELECT r.id, r.camera, r.from_us, r.to_us, r.viewed, r.picture FROM reviews r WHERE " +
        where.text() + " ORDER BY r.id DESC LIMIT :most"
    );
    statement.define_and_bind();
    statement.execute(false);
    std::vector<ReviewItem> items;
    while (statement.fetch()) {
        ReviewItem item;
        item.id = id;
        item.camera = CameraId::literal(camera);
        item.from = from_us(from);
        item.to = end_from_us(to);
        item.viewed = viewed != 0;
        item.has_picture = picture != 0;
        items.push_back(std::move(item));
    }
    for (auto& item : items) {
        read_findings(session, item);
        read_tracks(session, item);
    }
    return items;
}

}  // namespace

void put_review(soci::session& session, const ReviewItem& item, const std::string& key_id) {
    auto from = to_us(item.from);
    auto to = item.to ? to_us(*item.to) : kLasting;
    auto severity = static_cast<int>(item.severity());
    int picture = item.has_picture ? 1 : 0;
    session << "INSERT INTO reviews (id, camera, from_us, to_us, severity, viewed, picture, key_id)"
               " VALUES (:id, :camera, :from_us, :to_us, :severity, 0, :picture, :key_id) "
               "ON CONFLICT (id) DO UPDATE SET to_us = excluded.to_us, "
               "severity = excluded.severity, picture = CASE WHEN "
               "excluded.picture > reviews.picture THEN excluded.picture ELSE reviews.picture END",
        soci::use(item.id, "id"), soci::use(item.camera.text(), "camera"),
        soci::use(from, "from_us"), soci::use(to, "to_us"), soci::use(severity, "severity"),
        soci::use(picture, "picture"), soci::use(key_id, "key_id");
    put_findings(session, item);
    put_tracks(session, item);
}

std::vector<ReviewItem> select_reviews(soci::session& session, const ReviewQuery& query) {
    Where where;
    where.within(query.scope, "r.camera");
    if (query.camera) where.add("r.camera = :camera", "camera", query.camera->text());
    if (query.severity) {
        where.add("r.severity = :severity", "severity", static_cast<long long>(*query.severity));
    }
    constexpr auto kHas =
        "EXISTS (SELECT 1 FROM review_findings f WHERE f.review = r.id AND f.{} = :{})";
    auto has = [&](std::string_view column) {
        std::string text(kHas);
        text.replace(text.find("{}"), 2, column);
        text.replace(text.find("{}"), 2, column);
        return text;
    };
    if (!query.kind.empty()) where.add(has("kind"), "kind", query.kind);
    if (!query.zone.empty()) where.add(has("zone"), "zone", query.zone);
    if (query.from) where.add("r.to_us > :from_us", "from_us", to_us(*query.from));
    if (query.to) where.add("r.from_us < :to_us", "to_us", to_us(*query.to));
    if (query.viewed) where.add("r.viewed = :viewed", "viewed", *query.viewed ? 1LL : 0LL);
    if (!query.before.empty()) where.add("r.id < :before", "before", query.before);
    return select_where(session, where, query.limit + 1);
}

std::optional<ReviewItem> select_review(soci::session& session, const std::string& id) {
    Where where;
    where.add("r.id = :id", "id", id);
    auto items = select_where(session, where, 1);
    if (items.empty()) return std::nullopt;
    return std::move(items.front());
}

std::string select_review_key(soci::session& session, const std::string& id) {
    std::string key;
    session << "SELECT key_id FROM reviews WHERE id = :id", soci::use(id, "id"), soci::into(key);
    return session.got_data() ? key : std::string();
}

bool set_viewed(
    soci::session& session, const std::string& id, bool viewed, const CameraScope& scope
) {
    Where where;
    where.add("id = :id", "id", id);
    where.within(scope, "camera");
    int value = viewed ? 1 : 0;
    soci::statement statement(session);
    statement.exchange(soci::use(value, "value"));
    where.bind(statement);
    statement.exchange(soci::use(value, "value2"));
    statement.alloc();
    statement.prepare(
        "UPDATE reviews SET viewed = :value WHERE " + where.text() + " AND viewed <> :value2"
    );
    statement.define_and_bind();
    statement.execute(true);
    return statement.get_affected_rows() > 0;
}

void set_judgement(
    soci::session& session, const std::string& id, std::size_t number, Judgement judgement
) {
    auto row = static_cast<int>(number);
    auto value = static_cast<int>(judgement);
    session << "UPDATE review_findings SET judgement = :value WHERE review = :id "
               "AND number = :number",
        soci::use(value, "value"), soci::use(id, "id"), soci::use(row, "number");
}

void end_open_reviews(soci::session& session) {
    auto lasting = kLasting;
    // What a lasting item was last known to hold: the newest end or beginning of its findings.
    session << "UPDATE review_findings SET to_us = from_us WHERE to_us = :lasting",
        soci::use(lasting, "lasting");
    session << "UPDATE reviews SET to_us = (SELECT MAX(f.to_us) FROM review_findings f "
               "WHERE f.review = reviews.id) WHERE to_us = :lasting",
        soci::use(lasting, "lasting");
}

}  // namespace proviso::alerts
