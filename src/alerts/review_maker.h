#pragma once

#include <map>
#include <set>

#include "track_log.h"

namespace proviso::alerts {

/// A finding as it comes from the rules.
struct Sighted {
    std::uint64_t id = 0;
    FindingRecord record;
    std::vector<TrackBrief> tracks;
};

/// Merges what overlaps at one camera into items: findings, and objects that move. An item ends
/// when nothing of it has happened for ten seconds; it takes in nothing more after ten minutes.
/// Pure: no clock, no disk.
class ReviewMaker {
public:
    explicit ReviewMaker(CameraId camera) : camera_(std::move(camera)) {}

    void use_model(std::string model) { model_ = std::move(model); }

    void objects(Timestamp at, const std::vector<ActiveObject>& active);
    /// True if it is new.
    bool finding(Timestamp at, const Sighted& sighted);
    /// Ends what is over.
    void tick(Timestamp now);
    /// Everything ends.
    void close(Timestamp at);

    /// The open item a finding is in, or, without a picture yet, the one an object is in.
    const ReviewItem* item_of(std::uint64_t finding) const;
    const ReviewItem* item_wanting(behaviour::TrackId track) const;
    void pictured(const std::string& id);
    /// Of the gravest open item.
    std::optional<Severity> open_severity() const;
    std::vector<ReviewChange> take_changes();

private:
    struct Open {
        ReviewItem item;
        ReviewItem told;
        bool known = false;
        Timestamp active;                             ///< when something last happened
        std::map<std::uint64_t, std::size_t> places;  ///< of findings in the item
        std::set<behaviour::TrackId> tracks;
    };

    Open& joinable(Timestamp at);
    void add_track(Open& open, const TrackBrief& brief);
    void end(Open& open);

    const CameraId camera_;
    std::string model_;
    std::vector<Open> open_;  ///< the last one takes in what comes
    std::vector<Open> ended_;
};

}  // namespace proviso::alerts
