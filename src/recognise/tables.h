#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/recognise/gallery.h>
#include <proviso/recognise/match.h>
#include <proviso/store/database.h>

namespace proviso::recognise {

struct StoredGallery {
    Gallery gallery;  ///< without state and number of people
    std::string key_id;
};

struct StoredPerson {
    GalleryId gallery;
    Person person;  ///< without label and reason, which are in `sealed`, and without state
    std::string key_id;
    std::uint64_t leaf = 0;  ///< ledger index of "person.enrolled"
    Bytes sealed;
};

struct StoredMatch {
    Match match;
    std::uint64_t leaf = 0;  ///< ledger index of "match.proposed"
};

/// What went on at a gallery and camera in a day.
struct Looks {
    std::int64_t looks = 0;  ///< comparisons
    std::int64_t faces = 0;  ///< different tracks
    std::int64_t below = 0;  ///< under the quality floor
    std::int64_t proposed = 0;
    Timestamp first;  ///< of the day
};

struct LooksKey {
    GalleryId gallery;
    CameraId camera;
    Day day;

    friend auto operator<=>(const LooksKey&, const LooksKey&) = default;
};

/// The tables of galleries, people (sealed), matches and counts.
class Tables {
public:
    explicit Tables(store::Database& database) : database_(database) {}

    Result<> prepare();

    Result<std::vector<StoredGallery>> galleries() const;
    Result<> put(const StoredGallery& stored);
    /// With its people, matches and counts.
    Result<> remove_gallery(const GalleryId& id);

    /// All, or those of one gallery; empty `sealed` and nobody lost if one cannot be read.
    Result<std::vector<StoredPerson>> people(const std::optional<GalleryId>& gallery) const;
    Result<> put(const StoredPerson& stored);
    Result<> update(const GalleryId& gallery, const Person& person);
    /// With the matches of the person; the ledger indexes of those.
    Result<std::vector<std::uint64_t>> remove_person(
        const GalleryId& gallery, const PersonId& person
    );

    Result<> put(const StoredMatch& stored);
    Result<> improve(const Match& match);
    Result<> decide(const Match& match);
    Result<std::vector<StoredMatch>> matches(const MatchFilter& filter) const;
    Result<std::optional<StoredMatch>> match_of(const std::string& id) const;
    /// Proposals first seen before `then` expire.
    Result<> expire_proposals(Timestamp then);
    /// The ledger indexes of what was dropped.
    Result<std::vector<std::uint64_t>> drop_matches(Timestamp before);

    Result<> add(const std::map<LooksKey, Looks>& counts);
    /// Since that day, of all cameras together; `first` is the earliest.
    Result<Looks> looks(const GalleryId& gallery, Day since) const;
    Result<> drop_looks(Day before);

private:
    store::Database& database_;
};

}  // namespace proviso::recognise
