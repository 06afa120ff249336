#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <proviso/base/time.h>
#include <proviso/base/worker.h>
#include <proviso/law/clearance.h>
#include <proviso/law/matrix.h>
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
    /// Who may see people without masks. None: nobody. Outlives the gate.
    Clearances* clearances = nullptr;
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

    /// NotFound for a camera that is not on record; a View or Export that is `clear` is refused
    /// without a lift and ends with it; any error of the ledger that stands in the
    /// way of a permission; else the answer.
    Result<Answer<Capture>> ask(Capture act);
    Result<Answer<View>> ask(View act);
    Result<Answer<Export>> ask(Export act);
    /// InvalidInput for a kind that is not asked this way ("recording", "face_identification").
    Result<Answer<Analyse>> ask(Analyse act);
    /// InvalidInput for a kind that identifies nobody or a gallery of no known sort.
    Result<Answer<Identify>> ask(Identify act);
    /// As for Identify. A record that names the subject counts as covering everyone concerned.
    Result<Answer<Enrol>> ask(Enrol act);

    /// Asks again for the same act and prolongs the lease; on a refusal the permit is revoked.
    /// A renewal that decides as before refers to the decision already in the ledger. If a ledger
    /// that is needed cannot write, the error is returned and the lease is left to run out.
    /// Renewing a View may run beside valid() in another thread; so may renewing a Capture, but
    /// conditions() belongs to the thread that renews.
    Result<std::optional<Refusal>> renew(Permit<Capture>& permit);
    Result<std::optional<Refusal>> renew(Permit<View>& permit);
    /// These may run beside valid() in another thread.
    Result<std::optional<Refusal>> renew(Permit<Analyse>& permit);
    Result<std::optional<Refusal>> renew(Permit<Identify>& permit);

    /// What the law says of every capability of every camera (or one), on a day (default: today).
    /// Reads only; nothing is recorded and nothing permitted.
    Result<std::vector<Cell>> matrix(const std::optional<CameraId>& camera, std::optional<Day> on)
        const;

    /// Reads the law from these packs from now on; what is refused now is revoked before this
    /// returns.
    void set_packs(Packs packs);
    Packs packs() const;

    /// Asks again for every live lease, and revokes what is refused now: permits of views and
    /// exports too. Happens by itself within a change of the registers, every minute, and at
    /// midnight UTC.
    void review();

    /// Called with a camera whose running capture or analysis was just revoked, and why
    /// (`Refusal::act` and `analytic` say what). Not under a lock.
    void on_revoked(std::function<void(const CameraId&, const Refusal&)> listener);

private:
    struct Inside;
    std::shared_ptr<Inside> inside_;
    Worker reviewer_;
};

}  // namespace proviso::law
