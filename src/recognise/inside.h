#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include <proviso/base/guarded.h>
#include <proviso/recognise/recogniser.h>

#include "sealed_person.h"
#include "tables.h"
#include "template_index.h"

namespace proviso::recognise {

inline constexpr std::string_view kKeyUse = "face";

/// A person in memory: everything but label and reason, which stay sealed.
struct Enrolled {
    Person person;
    std::string key_id;
    std::uint64_t leaf = 0;
    std::uint32_t owner = 0;  ///< in the index
    bool damaged = false;
    bool going = false;  ///< being forgotten: counts as gone
};

struct Kept {
    explicit Kept(std::size_t dimensions) : index(dimensions) {}

    Gallery gallery;
    std::string key_id;
    std::map<PersonId, Enrolled> people;
    std::map<std::uint32_t, PersonId> owners;
    std::uint32_t next_owner = 1;
    TemplateIndex index;
};

/// A track that was compared lately, and what came of it.
struct Seen {
    MonoTime last;
    std::map<PersonId, Match> proposed;
};

struct SeenKey {
    GalleryId gallery;
    CameraId camera;
    std::uint64_t track = 0;

    friend auto operator<=>(const SeenKey&, const SeenKey&) = default;
};

struct Traces {
    std::map<SeenKey, Seen> seen;
    std::map<LooksKey, Looks> looks;
    MonoTime pruned{};
};

/// Someone to be forgotten.
struct Leaving {
    GalleryId gallery;
    PersonId person;
};

/// Outlives the recogniser while a change of the registers is still being told.
/// Locks are taken in this order: `changing`, `memory`, `traces`.
struct Recogniser::Inside {
    Inside(
        store::Database& database,
        keys::KeyStore& keys_given,
        ledger::Ledger& ledger_given,
        registers::Source& registers_given,
        const Clock& clock_given,
        RecogniserOptions options_given
    )
        : tables(database),
          keys(keys_given),
          ledger(ledger_given),
          registers(registers_given),
          clock(clock_given),
          options(std::move(options_given)) {}

    Tables tables;
    keys::KeyStore& keys;
    ledger::Ledger& ledger;
    registers::Source& registers;
    const Clock& clock;
    const RecogniserOptions options;

    std::mutex changing;  ///< one change of galleries, people or matches at a time
    mutable std::shared_mutex memory;
    std::map<GalleryId, Kept> kept;
    Guarded<Traces> traces;
    Guarded<std::vector<std::function<void(const MatchProposal&)>>> listeners;

    Day today() const { return day_of(clock.now()); }

    WatchListTerms watch_list(const std::vector<CameraId>& cameras) const {
        return options.watch_list ? options.watch_list(cameras) : WatchListTerms();
    }

    // load.cpp
    Result<> load();
    Result<> load_gallery(StoredGallery stored);
    Result<> load_person(StoredPerson stored);
    Result<> destroy_orphans();

    // With `memory` held, shared or not.
    GalleryState state_of(const Gallery& gallery) const;
    PersonState state_of(const Kept& in, const Enrolled& enrolled) const;
    bool counts(const Kept& in, const Enrolled& enrolled) const;
    Gallery told(const Kept& in) const;
    Person told(const Kept& in, const Enrolled& enrolled) const;
    Result<const Kept*> find(const GalleryId& id) const;
    Result<const Enrolled*> find(const Kept& in, const PersonId& person) const;

    // forget.cpp, with `changing` held.
    /// Out of memory first, then their keys, then their rows. What fails is tried again by
    /// tidying; nobody who is to be forgotten matches meanwhile.
    Result<> forget(const std::vector<Leaving>& leaving, std::string_view cause, const UserId& by);
    Result<> forget_gallery(const GalleryId& id, std::string_view cause, const UserId& by);
    Result<> forget_without_consent(const registers::SnapshotPtr& snapshot);
    void erase_leaves(const std::vector<std::uint64_t>& leaves);

    // enrol.cpp
    Result<Person> enrol(
        std::span<const law::Permit<law::Enrol>> permits,
        const Enrolment& enrolment,
        const UserId& author
    );

    // matching.cpp
    Result<std::optional<MatchProposal>> match(
        const law::Permit<law::Identify>& permit,
        const behaviour::FaceView& face,
        const Sighting& sighting
    );
    Result<> check(const law::Permit<law::Identify>& permit, const Kept& in) const;
    bool note_look(const SeenKey& key, Timestamp at);
    Result<std::optional<MatchProposal>> propose(
        const law::Permit<law::Identify>& permit,
        const SeenKey& key,
        const PersonId& person,
        float score,
        const Sighting& sighting
    );
    int confirmations_needed(const law::Permit<law::Identify>& permit) const;
};

/// The consent that `record` gives `person` holds on that day.
bool consent_holds(
    const registers::Snapshot& snapshot, const std::string& record, const PersonId& person, Day day
);

/// For entries that the machine makes by itself.
UserId the_machine();

/// A sentence by people: some text, bounded, without control characters.
Result<> check_text(std::string_view what, std::string_view text, std::size_t most);

inline Error not_found(std::string_view what) {
    return {ErrorKind::NotFound, "there is no such " + std::string(what)};
}

}  // namespace proviso::recognise
