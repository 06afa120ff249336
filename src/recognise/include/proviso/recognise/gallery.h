#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/behaviour/observation.h>

/// Who may be recognised, by whose leave, and until when.
namespace proviso::recognise {

struct GalleryTag {
    static constexpr std::string_view kNoun = "gallery";
};

struct PersonTag {
    static constexpr std::string_view kNoun = "person";
};

using GalleryId = Name<GalleryTag>;
/// Pseudonymous: the `subject` of a consent record, or random (`p-...`). Never a name.
using PersonId = Name<PersonTag>;

/// The words of the facts (`analytic.gallery`).
enum class GalleryKind { Consenting, Staff, WatchList };

std::string_view to_string(GalleryKind kind);
Result<GalleryKind> parse_gallery_kind(std::string_view word);

/// A face below it is neither enrolled nor compared.
struct QualityFloor {
    int pixels = 28;         ///< least width of the face; below that genuine scores sink
    double score = 0.7;      ///< least confidence of the face detector
    double yaw = 0.5;        ///< most turn to either side, 0..1
    double sharpness = 0.1;  ///< least, 0..1
    double light_least = 0.1;
    double light_most = 0.95;
};

/// What was measured of a face against a floor: empty if it passes, else one sentence with the
/// number that failed. Numbers that are not finite fail.
std::string below(const QualityFloor& floor, const behaviour::FaceView& face, int picture_width);

/// What a person decides about a gallery.
struct GalleryDraft {
    GalleryId id;
    GalleryKind kind = GalleryKind::Consenting;
    std::string reason;  ///< purpose in words; required
    /// Who is to approve it; required for a watch-list, and never its author.
    std::optional<UserId> approver;
    std::optional<Day> expires;  ///< last day; required for a watch-list, within 12 months
    std::optional<Day> review;   ///< due on this day; required for a watch-list
    double threshold = 0.5;      ///< least cosine that is a match, 0.2 to 0.99
    QualityFloor floor;
    std::vector<CameraId> cameras;  ///< where it may be used; at least one
};

enum class GalleryState {
    Live,
    AwaitsApproval,  ///< of another person; nothing matches
    ReviewDue,       ///< its review date is past; nothing matches on a watch-list
    Expired,         ///< past its last day; destroyed at the next tidying
    OtherModel,      ///< its templates were made by another model than the one in use
};

std::string_view to_string(GalleryState state);

struct Gallery {
    GalleryDraft terms;
    UserId author;  ///< of the newest terms
    Timestamp changed;
    std::optional<UserId> approved_by;
    std::string model;  ///< that its templates come from
    GalleryState state = GalleryState::Live;
    std::size_t people = 0;
};

enum class PersonState { Live, AwaitsApproval, ReviewDue, Expired, Damaged };

std::string_view to_string(PersonState state);

struct Person {
    PersonId id;
    std::string label;           ///< how people call them; empty if damaged
    std::string reason;          ///< required on a watch-list
    std::string consent_record;  ///< its withdrawal destroys the template
    UserId author;
    Timestamp enrolled;
    std::optional<UserId> approved_by;
    std::optional<Day> expires;
    std::optional<Day> review;
    std::size_t pictures = 0;
    PersonState state = PersonState::Live;
};

/// One picture given for an enrolment, as the eyes saw it. The picture itself is gone by now.
struct Sample {
    behaviour::FaceView face;
    int picture_width = 0;
};

struct Enrolment {
    GalleryId gallery;
    std::string label;
    std::string reason;
    std::string consent_record;   ///< required in a consenting gallery
    std::optional<Day> expires;   ///< default on a watch-list: WatchListTerms::entry
    std::optional<Day> review;    ///< default on a watch-list: WatchListTerms::review
    std::vector<Sample> samples;  ///< 1 to 8, one face each, of the same person
    /// Somebody in the gallery looks like this person, and that was looked at.
    bool despite_likeness = false;
};

/// Overwrites what a face could be known by. Whoever holds a FaceView wipes it in the end.
void wipe(behaviour::FaceView& face);

/// For the API and the documents; nothing that unlocks or compares.
Json to_json(const Gallery& gallery);
Json to_json(const Person& person);

}  // namespace proviso::recognise
