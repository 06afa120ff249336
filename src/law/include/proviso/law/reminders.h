#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <proviso/law/counsel.h>
#include <proviso/law/outlook.h>
#include <proviso/store/database.h>

/// Days to come that this installation must be ready for, and who was told of them.
namespace proviso::law {

/// So many days before a day somebody is told, the last time at the last of them.
inline constexpr std::array<int, 2> kReminderSteps{30, 7};

struct Deadline {
    std::string id;    ///< the same for the same thing on the same day
    std::string kind;  ///< "change", "start", "question", "pack", "gallery"
    Day on;
    std::string text;                ///< what happens, and at which cameras, for a person
    std::vector<std::string> steps;  ///< what to do until then
    std::vector<CameraId> cameras;
};

/// Id of a deadline: its kind, its day, and words that tell it from others.
std::string deadline_id(std::string_view kind, Day on, std::string_view what);

/// What begins or ends for these cameras within the first of kReminderSteps, which questions are
/// due, and which packs that speak of a site here are to be looked at again; by day. Nobody is
/// named in it: records about one person and the owners of questions are left out.
Result<std::vector<Deadline>> deadlines(
    const Packs& packs,
    const registers::Snapshot& snapshot,
    const std::vector<OpenQuestion>& open,
    const std::map<std::string, QuestionState>& questions,
    Day today,
    const std::string& viewer_country
);

/// A deadline at one of the steps.
struct Due {
    Deadline what;
    int step = 0;  ///< of kReminderSteps
};

/// Who was told of what: each destination of each deadline once a step, over restarts.
/// Thread-safe.
class ReminderBook {
public:
    static Result<std::shared_ptr<ReminderBook>> open(store::Database& database);

    /// What the destination is to be told today and was not. It is written down as told before
    /// this returns, so that a crash loses a message and never sends one twice.
    Result<std::vector<Due>> take(
        const std::string& destination, std::span<const Deadline> deadlines, Day today
    );

    /// It could not be told: the next take() has it again.
    Result<> give_back(const std::string& destination, std::span<const Due> untold);

private:
    explicit ReminderBook(store::Database& database) : database_(database) {}

    store::Database& database_;
    std::mutex taking_;
};

}  // namespace proviso::law
