#pragma once

#include "sql.h"

namespace proviso::alerts {

/// The row as it is now, with its findings and objects; its `viewed` and judgements are what
/// people say and are not touched once it is there.
void put_review(soci::session& session, const ReviewItem& item, const std::string& key_id);

/// At most query.limit + 1.
std::vector<ReviewItem> select_reviews(soci::session& session, const ReviewQuery& query);
std::optional<ReviewItem> select_review(soci::session& session, const std::string& id);
std::string select_review_key(soci::session& session, const std::string& id);

/// Whether it changed anything.
bool set_viewed(
    soci::session& session, const std::string& id, bool viewed, const CameraScope& scope
);
void set_judgement(
    soci::session& session, const std::string& id, std::size_t number, Judgement judgement
);
/// Items that a crash left open end when they were last written.
void end_open_reviews(soci::session& session);

}  // namespace proviso::alerts
