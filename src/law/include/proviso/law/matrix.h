#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <proviso/law/permit.h>
#include <proviso/policy/evaluate.h>
#include <proviso/registers/documents.h>

namespace proviso::law {

/// The law as it is read here. A newer pack that nobody has approved yet already counts where it
/// is stricter, and does not where it is looser.
struct Packs {
    std::shared_ptr<const policy::PackSet> in_force;
    std::shared_ptr<const policy::PackSet> announced;  ///< null: nothing waits for approval

    /// What both say, the stricter of the two. Text in it lives as long as these packs.
    policy::Decision decide(const policy::Facts& facts, Day on) const;
    /// The sentence behind a duty; its id in words if no pack has one.
    std::string duty_text(std::string_view duty) const;

    bool operator==(const Packs&) const = default;
};

/// What must be done while something runs.
struct Duty {
    std::string id;
    std::string text;  ///< one sentence for a person

    bool operator==(const Duty&) const = default;
};

/// One cell of the compliance matrix: what the law says of one capability at one camera.
struct Cell {
    CameraId camera;
    std::string
        capability;       ///< analytic.kind: "recording", "live_view", "face_identification", ...
    std::string verdict;  ///< "permit", "permit_with_duties", "refuse", "conflict"
    bool pending = false;
    std::vector<Reason> reasons;
    std::vector<Missing> missing;
    std::vector<Duty> duties;
    std::optional<std::int64_t> footage_days_cap;

    bool permits() const { return verdict.starts_with("permit"); }
};

/// The capabilities of the matrix, in display order.
std::span<const std::string_view> capabilities();

/// Every camera (or one) and every capability as questions, in the order of the matrix: read once,
/// asked on as many days as wanted.
class Questions {
public:
    /// `viewer_country`: where people look from and exports begin; may be empty. What nobody
    /// stated and the law has a default for is taken from these packs on that day.
    static Result<Questions> of(
        const Packs& packs,
        Day on,
        const registers::Snapshot& snapshot,
        const std::optional<CameraId>& camera,
        const std::string& viewer_country
    );

    std::size_t size() const;
    policy::Facts facts(std::size_t index) const;
    /// All answers, in order. Text in them lives as long as the packs.
    std::vector<policy::Decision> ask(const Packs& packs, Day on) const;
    /// `packs`: those that decided.
    Cell cell(std::size_t index, const policy::Decision& decision, const Packs& packs) const;

private:
    struct Asked {
        CameraId camera;
        policy::Facts seen;   ///< with the viewer's country
        policy::Facts alone;  ///< without
    };

    std::vector<Asked> cameras_;
};

/// How a cell reads to a person: "permitted, kept for 3 days at most".
std::string words_of(const Cell& cell);

/// What the law says of every capability of every camera (or one) on a day. Pure.
/// `viewer_country`: where people look from and exports begin; may be empty.
Result<std::vector<Cell>> matrix_of(
    const Packs& packs,
    const registers::Snapshot& snapshot,
    const std::optional<CameraId>& camera,
    Day on,
    const std::string& viewer_country
);

}  // namespace proviso::law
