#include <iostream>

#include <fmt/format.h>

#include "commands.h"
#include "house.h"

namespace proviso::app {

namespace {

void tell(int step, std::string_view what, const std::string& words) {
    std::cout << fmt::format("{:>2} {:<22} {}\n", step, what, words);
}

std::string field(const Json& body, const char* key) {
    auto found = body.find(key);
    if (found == body.end()) return "?";
    return found->is_string() ? found->get<std::string>() : found->dump();
}

}  // namespace

Result<int> trace(const Config& config, const std::string& segment) {
    auto id = PROVISO_TRY(SegmentId::parse(segment));
    auto house = PROVISO_TRY(House::open(config));
    auto found = PROVISO_TRY(house->catalog->segment(id));
    if (!found) {
        return Error(
            ErrorKind::NotFound,
            "no recording has this id",
            "the ids are in the camera's timeline and in the entries 'segment.closed' of the ledger"
        );
    }
    const auto& row = *found;
    auto state = house->registers->snapshot();
    auto camera = state->cameras.find(row.camera);
    tell(
        1,
        "camera known",
        camera == state->cameras.end() ? row.camera.text() + " (no longer on record)"
                                       : row.camera.text() + ", site " + camera->second.site.text()
    );
    auto decision = PROVISO_TRY(house->ledger->read(row.decision, 1));
    if (decision.empty()) {
        tell(2, "capture decided", fmt::format("entry {} is not in the ledger", row.decision));
    } else {
        const auto& body = decision.front().entry.body;
        tell(
            2,
            "capture decided",
            fmt::format(
                "entry {}: {} ({})", row.decision, field(body, "verdict"), field(body, "rules")
            )
        );
    }
    tell(
        6, "cut at a key frame", fmt::format("{} to {}", to_iso8601(row.from), to_iso8601(row.to))
    );
    tell(
        7,
        "boxes written",
        fmt::format("{} {}x{}, {} fragments", row.codec, row.width, row.height, row.fragments)
    );
    auto key = house->keys->find(row.key_id);
    tell(
        8,
        "encrypted",
        row.key_id + (key ? " (the key exists)" : " (the key is destroyed: nothing can be read)")
    );
    auto path = config.recordings() / row.file;
    tell(
        9,
        "written",
        fmt::format(
            "{}, {} bytes{}",
            row.file,
            row.bytes,
            std::filesystem::exists(path) ? "" : " (the file is gone)"
        )
    );
    tell(
        10,
        "catalog row",
        row.state == catalog::SegmentState::Open ? "open: still being recorded" : "closed"
    );
    if (!row.leaf) {
        tell(11, "sealed in the ledger", "not yet");
        return 0;
    }
    tell(11, "sealed in the ledger", fmt::format("entry {}, root {}", *row.leaf, row.root));
    auto proof = PROVISO_TRY(house->ledger->prove(*row.leaf));
    tell(
        12,
        "checkpoint signed",
        fmt::format(
            "{} with {} entries covers it, proven by {} hashes",
            proof.checkpoint.origin,
            proof.checkpoint.size,
            proof.path.size()
        )
    );
    return 0;
}

}  // namespace proviso::app
