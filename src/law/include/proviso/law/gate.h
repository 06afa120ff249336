#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <proviso/base/time.h>
#include <proviso/law/permit.h>
#include <proviso/ledger/ledger.h>
#include <proviso/policy/evaluate.h>
#include <proviso/registers/source.h>

namespace proviso::law {

struct GateOptions {
    /// How long a lease lasts unless renewed.
    std::chrono::seconds lease{std::chrono::minutes(5)};
    /// The country this server and its people sit in, for `places`.
    std::string viewer_country;
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
    std::vector<std::string> duties;
    std::optional<std::int64_t> footage_days_cap;
};

/// The only maker of permits. Order is fixed: facts, evaluate, decision durable in the ledger,
/// permit. If the decision cannot be recorded nothing is permitted. Thread-safe.
class Gate {
public:
    Gate(
        std::shared_ptr<const policy::PackSet> packs,
        registers::Source& registers,
        ledger::Ledger& ledger,
        const Clock& clock,
        GateOptions options
    );
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;
    ~Gate();

    /// NotFound for a camera that is not on record; any error of the ledger; else the answer.
    Result<Answer<Capture>> ask(Capture act);
    Result<Answer<View>> ask(View act);
    Result<Answer<Export>> ask(Export act);

    /// Asks again for the same act and prolongs the lease; on a refusal the permit is revoked.
    /// A renewal that decides as before refers to the decision already in the ledger.
    Result<std::optional<Refusal>> renew(Permit<Capture>& permit);
    Result<std::optional<Refusal>> renew(Permit<View>& permit);

    /// What the law says of every capability of every camera (or one), on a day (default: today).
    /// Reads only; nothing is recorded and nothing permitted.
    Result<std::vector<Cell>> matrix(const std::optional<CameraId>& camera, std::optional<Day> on)
        const;

    /// The capabilities of the matrix, in display order.
    static std::span<const std::string_view> capabilities();

    /// Called with a camera whose running capture was just revoked, and why. Not under a lock.
    void on_revoked(std::function<void(const CameraId&, const Refusal&)> listener);

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::law
