#include "ledger_scan.h"

namespace proviso::record {

namespace {

std::optional<Timestamp> time_in(const Json& body, const char* key) {
    const auto text = body.find(key);
    if (text == body.end() || !text->is_string()) return std::nullopt;
    auto time = parse_timestamp(text->get_ref<const std::string&>());
    return time ? std::optional(*time) : std::nullopt;
}

std::string text_in(const Json& body, const char* key) {
    const auto text = body.find(key);
    return text != body.end() && text->is_string() ? text->get<std::string>() : std::string();
}

void add_gap(const ledger::StoredEntry& stored, std::vector<catalog::Gap>& gaps) {
    const auto& body = stored.entry.body;
    const auto camera = CameraId::parse(text_in(body, "camera"));
    const auto from = time_in(body, "from");
    if (!camera || !from) return;
    gaps.push_back(
        {.camera = *camera,
         .stream = text_in(body, "stream"),
         .from = *from,
         .to = time_in(body, "to"),
         .cause = text_in(body, "cause"),
         .detail = {},
         .leaf = stored.index}
    );
}

}  // namespace

Result<> for_each_entry(
    const ledger::Ledger& ledger,
    std::uint64_t first,
    const std::function<void(const ledger::StoredEntry&)>& visit
) {
    constexpr std::uint64_t kAtOnce = 256;
    for (const auto size = ledger.size(); first < size;) {
        const auto entries = PROVISO_TRY(ledger.read(first, std::min(kAtOnce, size - first)));
        if (entries.empty()) break;
        for (const auto& stored : entries) visit(stored);
        first += entries.size();
    }
    return {};
}

Result<Sealed> read_sealed(const ledger::Ledger& ledger, std::uint64_t first) {
    Sealed sealed;
    PROVISO_TRY(for_each_entry(ledger, first, [&](const ledger::StoredEntry& stored) {
        const auto& [type, at, mono, boot, body, commit] = stored.entry;
        if (type == "segment.closed") {
            const auto id = SegmentId::parse(text_in(body, "segment"));
            // The first word counts: what is sealed is not sealed again.
            if (id) sealed.closed.try_emplace(*id, Sealed::Closed{stored.index, body});
        } else if (type == "segment.deleted") {
            const auto list = body.find("segments");
            if (list == body.end() || !list->is_array()) return;
            for (const auto& text : *list) {
                if (!text.is_string()) continue;
                if (const auto id = SegmentId::parse(text.get_ref<const std::string&>())) {
                    sealed.deleted.insert(*id);
                }
            }
        } else if (type == "gap") {
            add_gap(stored, sealed.gaps);
        }
    }));
    return sealed;
}

}  // namespace proviso::record
