#pragma once

#include <functional>
#include <memory>
#include <span>
#include <variant>

#include <proviso/keys/key_store.h>
#include <proviso/law/gate.h>
#include <proviso/law/permit.h>
#include <proviso/ledger/ledger.h>
#include <proviso/recognise/evaluation.h>
#include <proviso/recognise/figures.h>
#include <proviso/recognise/gallery.h>
#include <proviso/recognise/match.h>
#include <proviso/registers/source.h>
#include <proviso/store/database.h>

namespace proviso::recognise {

/// How long somebody may stand on a watch-list. These are ours; the packs may say otherwise.
struct WatchListTerms {
    std::chrono::days entry{90};   ///< of whom no end was given
    std::chrono::days review{30};  ///< looked at again at least as often
    std::chrono::days most{365};
};

struct RecogniserOptions {
    std::string model;           ///< id of the card whose embeddings are handed in
    std::size_t dimensions = 0;  ///< of them
    std::chrono::days keep_matches{30};
    std::chrono::hours decide_within{72};  ///< then a proposal expires
    /// What the packs say for these cameras; none: as above.
    std::function<WatchListTerms(const std::vector<CameraId>& cameras)> watch_list;
    /// What is known of a model's errors; none if it was never measured.
    std::function<std::optional<AccuracyTable>(const std::string& model)> accuracy;
};

/// Galleries, and the comparison of faces with them. Works on embeddings only: it never sees a
/// picture. Templates rest encrypted, each under a key that needs the person's key and the
/// gallery's; to forget is to destroy one of the two. In memory they lie in locked pages.
/// Thread-safe.
class Recogniser {
public:
    /// What a crash left half done is finished, and whose consent ended meanwhile is forgotten.
    static Result<std::unique_ptr<Recogniser>> open(
        store::Database& database,
        keys::KeyStore& keys,
        ledger::Ledger& ledger,
        registers::Source& registers,
        const Clock& clock,
        RecogniserOptions options
    );
    Recogniser(const Recogniser&) = delete;
    Recogniser& operator=(const Recogniser&) = delete;
    ~Recogniser();

    std::vector<Gallery> galleries() const;
    Result<Gallery> gallery(const GalleryId& id) const;
    /// Makes it or changes its terms; its kind stays. A watch-list whose terms widen (threshold or
    /// floor lower, more cameras, later end) awaits approval anew.
    Result<Gallery> put_gallery(const GalleryDraft& draft, const UserId& author);
    /// Forbidden for its author, and for anybody but the approver it names.
    Result<Gallery> approve_gallery(const GalleryId& id, const UserId& by);
    /// Everybody in it is forgotten.
    Result<> destroy_gallery(const GalleryId& id, const UserId& by);

    /// Decrypts labels, so it takes a while for many.
    Result<std::vector<Person>> people(const GalleryId& id) const;

    /// Needs, for each camera of the gallery, a valid permit for this gallery and subject (see
    /// ask_to_enrol()). The samples are wiped whatever comes of it. Conflict if the person is in it
    /// already, or somebody in it looks the same; InvalidInput says which picture will not do, and
    /// why.
    Result<Person> enrol(
        std::span<const law::Permit<law::Enrol>> permits, Enrolment enrolment, const UserId& author
    );
    /// A person on a watch-list counts once somebody else than the author approved.
    Result<Person> approve_person(const GalleryId& id, const PersonId& person, const UserId& by);
    /// "Looked at again, still needed": sets the next review (on a watch-list no further ahead than
    /// WatchListTerms::review).
    Result<Person> review_person(
        const GalleryId& id, const PersonId& person, Day next, const UserId& by
    );
    Result<> erase_person(const GalleryId& id, const PersonId& person, const UserId& by);

    /// Match or discard. The embedding is wiped before this returns, whatever comes of it. A
    /// proposal comes once for a track and person; while the track lasts a better score improves
    /// it. Nothing for a face below the floor or like nobody. Forbidden if the permit does not
    /// hold (any more) or is for another gallery. Takes microseconds up to thousands enrolled,
    /// and a flush of the ledger for a proposal.
    Result<std::optional<MatchProposal>> match(
        const law::Permit<law::Identify>& permit,
        behaviour::FaceView& face,
        const Sighting& sighting
    );

    /// Is this that person? Wipes as match() does; leaves no trace but the count of looks.
    Result<Verification> verify(
        const law::Permit<law::Identify>& permit,
        const PersonId& person,
        behaviour::FaceView& face,
        const Sighting& sighting
    );

    /// Newest first.
    Result<std::vector<Match>> matches(const MatchFilter& filter) const;
    Result<Match> match_of(const std::string& id) const;
    /// Confirms or rejects. Conflict if it is decided already, or by the same person twice.
    Result<Match> decide(const std::string& id, bool confirmed, const UserId& by);

    /// At the gallery's threshold, or at one thought of.
    Result<ThresholdFigures> threshold_figures(
        const GalleryId& id, std::optional<double> threshold = {}
    ) const;
    /// At every threshold the model was measured at, rising; empty if it never was.
    Result<std::vector<ThresholdFigures>> all_threshold_figures(const GalleryId& id) const;

    /// Expired people and galleries are destroyed, old matches dropped, counts written. Once a
    /// minute is meant. Expired entries do not match even before.
    Result<> tidy();

    /// Called with every new proposal, outside of locks, in the thread of match().
    void on_proposal(std::function<void(const MatchProposal&)> listener);

private:
    Recogniser();
    struct Inside;
    std::shared_ptr<Inside> inside_;
};

/// All permits an enrolment needs, or the first refusal.
using EnrolAnswer = std::variant<std::vector<law::Permit<law::Enrol>>, law::Refusal>;

/// Asks for the enrolment of `subject` at every camera of the gallery.
Result<EnrolAnswer> ask_to_enrol(law::Gate& gate, const Gallery& gallery, const PersonId& subject);

/// Who an enrolment is about: the subject of its consent record, or a new random id.
/// InvalidInput if the record is not on record, is withdrawn or names no subject.
Result<PersonId> subject_of(const registers::Snapshot& snapshot, const Enrolment& enrolment);

}  // namespace proviso::recognise
