#include <algorithm>

#include <fmt/format.h>

#include <proviso/proof/merkle.h>
#include <proviso/record/check.h>
#include <proviso/record/segment_reader.h>

#include "ledger_scan.h"
#include "recovery.h"

namespace proviso::record {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp kAlways = Timestamp(microseconds(0));
constexpr Timestamp kForever = std::chrono::sys_days(std::chrono::year(9999) / 1 / 1);
constexpr std::size_t kPage = 500;
/// As the recorder: less than this between two pictures is no gap.
constexpr microseconds kTolerance = 500ms;

class Check {
public:
    Check(
        const fs::path& folder,
        const catalog::Catalog& catalog,
        const keys::KeyStore& keys,
        const Sealed& sealed,
        bool deep
    )
        : folder_(folder), catalog_(catalog), keys_(keys), sealed_(sealed), deep_(deep) {}

    Result<std::vector<Finding>> run() {
        for (const auto& usage : PROVISO_TRY(catalog_.usage())) {
            for (const auto* stream : {"main", "sub"}) PROVISO_TRY(walk(usage.camera, stream));
        }
        for (const auto& file : list_recordings(folder_, {})) {
            const auto id = id_in_name(file);
            if (id && seen_.contains(*id)) continue;
            found("REC-2", file.string(), "the file has no row in the catalog");
        }
        for (const auto& [id, closed] : sealed_.closed) {
            if (seen_.contains(id) || sealed_.deleted.contains(id)) continue;
            found(
                "REC-8", id.text(), "the ledger has it, and neither a row nor a deletion is there"
            );
        }
        return std::move(findings_);
    }

private:
    void found(std::string invariant, std::string subject, std::string words) {
        findings_.push_back({std::move(invariant), std::move(subject), std::move(words)});
    }

    Result<> walk(const CameraId& camera, std::string_view stream) {
        const auto gaps = PROVISO_TRY(catalog_.gaps(camera, stream, kAlways, kForever));
        auto cursor = kAlways;
        std::optional<Timestamp> end;
        for (;;) {
            const auto page =
                PROVISO_TRY(catalog_.segments(camera, stream, cursor, kForever, kPage, true));
            for (const auto& row : page) {
                if (!seen_.insert(row.id).second) continue;
                if (end && row.from < *end) {
                    found("REC-5", row.id.text(), "it overlaps the segment before it");
                }
                if (end) explain(gaps, row.id, *end, row.from);
                check_segment(row, gaps);
                end = end ? std::max(*end, row.to) : row.to;
            }
            if (page.size() < kPage) return {};
            cursor = std::max(page.back().to, cursor + microseconds(1));
        }
    }

    /// REC-6: [from, to) is covered by gaps.
    void explain(
        const std::vector<catalog::Gap>& gaps, const SegmentId& id, Timestamp from, Timestamp to
    ) {
        for (const auto& gap : gaps) {
            if (to - from <= kTolerance) return;
            if (gap.from <= from + kTolerance) from = std::max(from, gap.to.value_or(to));
        }
        if (to - from <= kTolerance) return;
        found(
            "REC-6",
            id.text(),
            fmt::format("nothing explains the time from {} to {}", to_iso8601(from), to_iso8601(to))
        );
    }

    void check_segment(const catalog::Segment& row, const std::vector<catalog::Gap>& gaps) {
        const auto reader = SegmentReader::open(folder_ / row.file);
        if (!reader) {
            const bool gone = reader.error().kind() == ErrorKind::NotFound;
            return found(
                gone ? "REC-1" : "REC-3",
                row.id.text(),
                gone ? "its file is not there" : reader.error().story()
            );
        }
        if (reader->file_size() < row.bytes) {
            return found("REC-1", row.id.text(), "its file is shorter than what was recorded");
        }
        if (reader->header().segment != row.id || reader->header().key_id != row.key_id) {
            return found("REC-3", row.id.text(), "its file is another segment");
        }
        const auto walk = reader->walk(row.bytes);
        if (walk.end != row.bytes || walk.fragments.size() != row.fragments) {
            return found("REC-3", row.id.text(), walk.why.message());
        }
        for (std::size_t i = 2; i < walk.fragments.size(); ++i) {
            explain(
                gaps,
                row.id,
                end_of({walk.fragments[i - 1]}),
                Timestamp(microseconds(walk.fragments[i].wall_start_us))
            );
        }
        const auto key = keys_.find(row.key_id);
        if (!key)
            found(
                "REC-7", row.id.text(), "its key " + row.key_id + " is gone; the file should be too"
            );
        const auto root = deep_ ? decrypt_all(*reader, walk, key, row) : row.root;
        if (row.state == catalog::SegmentState::Closed) check_seal(row, walk, root);
    }

    /// The root over what is in the file; empty if it cannot be read.
    std::string decrypt_all(
        const SegmentReader& reader,
        const SegmentReader::Walk& walk,
        const Result<keys::CameraDayKey>& key,
        const catalog::Segment& row
    ) {
        std::vector<proof::Digest> leaves;
        for (std::size_t i = 0; i < walk.fragments.size(); ++i) {
            auto read = reader.read(walk.fragments, i, frame_);
            if (read) leaves.push_back(proof::fragment_leaf(frame_.header_bytes, frame_.sealed));
            if (read && key) read = reader.decrypt(frame_, key->secret->view(), plain_);
            if (!read) found("REC-3", row.id.text(), read.error().story());
        }
        return leaves.size() == walk.fragments.size() ? to_hex(proof::tree_root(leaves)) : "";
    }

    void check_seal(
        const catalog::Segment& row, const SegmentReader::Walk& walk, const std::string& root
    ) {
        if (row.index != catalog::pack_index(walk.fragments)) {
            found("REC-3", row.id.text(), "the index in its row is not that of its file");
        }
        const auto entry = sealed_.closed.find(row.id);
        if (entry == sealed_.closed.end()) {
            return found("REC-4", row.id.text(), "the ledger has no entry for it");
        }
        const auto sealed = entry->second.body.value("root", "");
        if (row.leaf != entry->second.leaf) {
            found("REC-4", row.id.text(), "its row names another ledger entry");
        } else if (sealed != row.root || sealed != root) {
            found("REC-4", row.id.text(), "it does not hash to the root in the ledger");
        }
    }

    const fs::path& folder_;
    const catalog::Catalog& catalog_;
    const keys::KeyStore& keys_;
    const Sealed& sealed_;
    const bool deep_;
    std::set<SegmentId> seen_;
    std::vector<Finding> findings_;
    SegmentReader::Frame frame_;
    Bytes plain_;
};

}  // namespace

Result<std::vector<Finding>> check_recordings(
    const fs::path& folder,
    catalog::Catalog& catalog,
    keys::KeyStore& keys,
    ledger::Ledger& ledger,
    bool deep
) {
    const auto sealed = PROVISO_TRY(read_sealed(ledger));
    return Check(folder, catalog, keys, sealed, deep).run();
}

}  // namespace proviso::record
