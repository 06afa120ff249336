#include <algorithm>
#include <cerrno>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/record/key_owner.h>
#include <proviso/record/retention.h>

namespace proviso::record {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kBatch = 256;
constexpr std::string_view kMasked = "masked";
/// An entry of the ledger holds at most 4096 bytes.
constexpr std::size_t kIdsPerEntry = 80;
/// A segment is at most an hour long and is cut soon after; until this long after its day, a
/// key may still be in use.
constexpr auto kStillInUse = 2h;
constexpr Timestamp kForever = std::chrono::sys_days(std::chrono::year(9999) / 1 / 1);

struct Plan {
    std::vector<catalog::Segment> victims;
    std::string reason;
    std::vector<std::string> dead_keys;
};

class Pass {
public:
    Pass(
        const fs::path& folder,
        catalog::Catalog& catalog,
        keys::KeyStore& keys,
        ledger::Ledger& ledger,
        Timestamp now
    )
        : folder_(folder), catalog_(catalog), keys_(keys), ledger_(ledger), now_(now) {}

    Result<> apply(const RetentionRule& rule) {
        for (;;) {
            const auto plan = PROVISO_TRY(make_plan(rule));
            PROVISO_TRY(carry_out(rule, plan));
            if (plan.victims.empty()) return {};
        }
    }

    RetentionReport report;

private:
    Result<Plan> make_plan(const RetentionRule& rule) {
        const auto limit = now_ - std::chrono::days(rule.footage_days);
        auto oldest = PROVISO_TRY(catalog_.oldest(rule.camera, kForever, kBatch + 1, rule.masked));
        const bool all_seen = oldest.size() <= kBatch;
        if (!all_seen) oldest.pop_back();
        Plan plan;
        plan.reason = "age";
        // Its oldest picture counts: nothing outlives the limit, not even by a segment.
        for (const auto& row : oldest) {
            if (row.from <= limit) plan.victims.push_back(row);
        }
        if (plan.victims.empty() && rule.max_bytes) {
            plan.reason = "size";
            auto bytes = PROVISO_TRY(bytes_of(rule.camera));
            for (const auto& row : oldest) {
                if (bytes <= *rule.max_bytes) break;
                plan.victims.push_back(row);
                bytes -= std::min(bytes, row.bytes);
            }
        }
        // The first day of which something stays, and all after it, keep their keys.
        auto first_day = day_of(now_ - kStillInUse);
        bool recorded = !oldest.empty();
        for (auto& row : PROVISO_TRY(catalog_.open_segments())) {
            if (row.camera != rule.camera || (row.stream == kMasked) != rule.masked) continue;
            recorded = true;
            // Still open after so long, it is being recorded by nobody: damaged, but not immortal.
            if (row.from <= limit && row.from < now_ - kStillInUse) {
                plan.reason = "age";
                plan.victims.push_back(std::move(row));
            } else {
                first_day = std::min(first_day, day_of(row.from));
            }
        }
        if (!recorded && rule.keys_from) first_day = std::min(first_day, *rule.keys_from);
        std::set<SegmentId> going;
        for (const auto& row : plan.victims) going.insert(row.id);
        for (const auto& row : oldest) {
            if (!going.contains(row.id)) first_day = std::min(first_day, day_of(row.from));
        }
        if (!all_seen) first_day = std::min(first_day, day_of(oldest.back().from - kStillInUse));
        auto owner = key_owner(
            {rule.camera, rule.masked ? media::StreamKind::Masked : media::StreamKind::Main}
        );
        for (const auto& key : keys_.list()) {
            if (key.camera == owner && key.day < first_day) plan.dead_keys.push_back(key.id);
        }
        return plan;
    }

    Result<std::uint64_t> bytes_of(const CameraId& camera) {
        for (const auto& usage : PROVISO_TRY(catalog_.usage())) {
            if (usage.camera == camera) return usage.bytes;
        }
        return std::uint64_t{0};
    }

    Result<> carry_out(const RetentionRule& rule, const Plan& plan) {
        if (!plan.dead_keys.empty()) {
            PROVISO_TRY(keys_.shred(plan.dead_keys, "retention").while_doing("destroy keys"));
            report.keys_destroyed.insert(
                report.keys_destroyed.end(), plan.dead_keys.begin(), plan.dead_keys.end()
            );
        }
        if (plan.victims.empty()) return {};
        std::vector<ledger::Draft> drafts;
        for (std::size_t at = 0; at < plan.victims.size(); at += kIdsPerEntry) {
            Json ids = Json::array();
            for (auto i = at; i < std::min(at + kIdsPerEntry, plan.victims.size()); ++i) {
                ids.push_back(plan.victims[i].id.text());
            }
            drafts.push_back(
                {"segment.deleted",
                 {{"camera", rule.camera.text()}, {"reason", plan.reason}, {"segments", ids}},
                 {}}
            );
        }
        PROVISO_TRY(ledger_.append_all(std::move(drafts)));
        std::set<fs::path> folders;
        std::vector<SegmentId> ids;
        for (const auto& row : plan.victims) {
            const auto path = folder_ / row.file;
            if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
                return errno_error(fmt::format("remove {}", path.string()), errno);
            }
            folders.insert(path.parent_path());
            ids.push_back(row.id);
            report.bytes_freed += row.bytes;
        }
        for (const auto& folder : folders) PROVISO_TRY(tidy(folder));
        PROVISO_TRY(catalog_.erase(ids));
        report.segments_deleted += ids.size();
        return {};
    }

    /// Makes the removals durable, and takes away folders that are empty now.
    Result<> tidy(fs::path folder) {
        while (folder != folder_) {
            if (::rmdir(folder.c_str()) != 0) {
                return errno == ENOENT ? Result<>() : sync_folder(folder);
            }
            folder = folder.parent_path();
        }
        return sync_folder(folder);
    }

    const fs::path& folder_;
    catalog::Catalog& catalog_;
    keys::KeyStore& keys_;
    ledger::Ledger& ledger_;
    const Timestamp now_;
};

}  // namespace

Result<RetentionReport> apply_retention(
    const std::vector<RetentionRule>& rules,
    const fs::path& folder,
    catalog::Catalog& catalog,
    keys::KeyStore& keys,
    ledger::Ledger& ledger,
    Timestamp now
) {
    Pass pass(folder, catalog, keys, ledger, now);
    std::optional<Error> failure;
    for (const auto& rule : rules) {
        if (rule.legal_hold) continue;
        // One camera's trouble must not prolong the life of another's pictures.
        auto applied = pass.apply(rule).while_doing("retention of " + rule.camera.text());
        if (!applied && !failure) failure = std::move(applied).error();
    }
    if (failure) return *std::move(failure);
    return std::move(pass.report);
}

}  // namespace proviso::record
