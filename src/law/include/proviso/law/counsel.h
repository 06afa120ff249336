#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <proviso/law/matrix.h>
#include <proviso/ledger/ledger.h>
#include <proviso/store/database.h>

/// What the law leaves open at these cameras, and who has to answer it until when.
namespace proviso::law {

/// Something the gate cannot decide by itself, at one site.
struct OpenQuestion {
    std::string id;    ///< the same for the same question: "doubt-3f9a0c41d2e7"
    std::string kind;  ///< "fact": nobody stated it; "doubt", "conflict": counsel must say
    std::string what;  ///< path of the fact, or "counsel_attestation"
    std::string rule;  ///< what an attestation names; empty for a fact
    SiteId site;
    std::string text;              ///< what must be answered, for a person
    std::vector<Reason> articles;  ///< the rules that ask
    std::vector<CameraId> cameras;
    std::vector<std::string> capabilities;
    bool in_use = false;  ///< a camera does it or is set to do it: the question cannot wait
};

/// What the cells ask, by site, those in use first. Pure.
std::vector<OpenQuestion> open_questions(
    const Packs& packs, const registers::Snapshot& snapshot, const std::vector<Cell>& cells
);

/// What a camera does or is set to do: the capabilities whose questions cannot wait.
std::vector<std::string> capabilities_in_use(const registers::Camera& camera);

/// How a question stands.
struct QuestionState {
    std::string id;
    std::string kind;
    std::string what;
    std::string rule;
    SiteId site;
    Day raised;
    Day due;
    std::optional<Day> settled;  ///< since when nobody asks any more
    std::string owner;           ///< who takes care of it; empty: nobody yet
    std::string record;          ///< the attestation that was put on record for it
};

inline constexpr std::chrono::days kDaysToAnswer{14};
inline constexpr std::size_t kLongestOwner = 120;

/// The register of questions: when each was raised, who takes care of it, until when. What is in
/// it was asked for in use, or by a person. A question settles itself when the gate no longer asks
/// it. Changes are in the ledger ("question.raised", "question.changed", "question.settled") before
/// they take effect; who owns a question stands there as erasable personal data. Thread-safe.
class Counsel {
public:
    static Result<std::unique_ptr<Counsel>> open(
        store::Database& database, ledger::Ledger& ledger, const Clock& clock
    );

    /// Raises what is new in use and settles what is asked no more; what was settled and is asked
    /// again is raised again. Writes nothing if nothing changed.
    Result<> note(const std::vector<OpenQuestion>& open);

    struct Change {
        std::optional<std::string> owner;
        std::optional<Day> due;
        std::optional<std::string> record;
    };

    /// Raises the question first if that has not happened. InvalidInput for an owner that is too
    /// long or a day in the past.
    Result<QuestionState> change(
        const OpenQuestion& question, const Change& what, const UserId& by
    );

    /// By id, settled ones too.
    Result<std::map<std::string, QuestionState>> all() const;

private:
    Counsel(store::Database& database, ledger::Ledger& ledger, const Clock& clock);

    Result<> put(const QuestionState& state, std::string_view entry, Json body, Json personal);
    QuestionState raised(const OpenQuestion& question) const;

    store::Database& database_;
    ledger::Ledger& ledger_;
    const Clock& clock_;
    std::mutex changing_;
};

}  // namespace proviso::law
