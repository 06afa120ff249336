#include "streams.h"

#include <algorithm>

#include "url.h"

namespace proviso::ingest {

Result<std::unique_ptr<Streams>> Streams::open(
    PoolOptions options, PacketSink& sink, const Clock& clock
) {
    if (options.workers < 1 || options.workers > 64) {
        return invalid_input("a machine has 1 to 64 camera readers");
    }
    std::unique_ptr<Streams> streams(new Streams(std::move(options), sink, clock));
    for (int i = 0; i < streams->options_.workers; ++i) {
        auto slot = WorkerSlot::open(streams->options_, "ingest-" + std::to_string(i));
        streams->slots_.push_back(PROVISO_TRY(std::move(slot)));
    }
    return streams;
}

Result<WorkerSlot*> Streams::slot_for(const SourceSpec& spec, State& state) {
    auto url = PROVISO_TRY(parse_url(spec.url));
    if (url.scheme == Scheme::File) {
        // libavformat reads files, so they stay apart from the cameras.
        if (!state.file_slot) {
            state.file_slot = PROVISO_TRY(WorkerSlot::open(options_, "ingest-files"));
        }
        return state.file_slot.get();
    }
    auto least =
        std::ranges::min_element(slots_, {}, [](const auto& slot) { return slot->size(); });
    return least->get();
}

Result<> Streams::start(SourceSpec spec) {
    auto split = PROVISO_TRY(split_url(spec.url));
    spec.url = std::move(split.url);
    if (spec.user.empty()) {
        spec.user = std::move(split.user);
        spec.password = std::move(split.password);
    }
    auto word = [](std::string_view text) { return text.size() <= 256; };
    auto& pin = spec.certificate_sha256;
    if (!word(spec.user) || !word(spec.password.view())) {
        return invalid_input("the camera's user name or password is longer than 256 bytes");
    }
    if (!pin.empty() && (pin.size() != 64 || !from_hex(pin))) {
        return invalid_input(
            "certificate_sha256 is not the SHA-256 of a certificate",
            "give it as 64 digits of lower-case hexadecimal"
        );
    }
    return state_.with([&](State& state) -> Result<> {
        if (state.running.contains(spec.stream)) {
            return Error(ErrorKind::Conflict, "the stream is being read already");
        }
        auto* slot = PROVISO_TRY(slot_for(spec, state));
        auto key = spec.stream;
        auto record =
            std::make_shared<StreamRecord>(state.next_id++, std::move(spec), sink_, clock_);
        state.running.emplace(key, Running{record, slot});
        slot->add(std::move(record));
        return {};
    });
}

void Streams::set_sound(const media::StreamKey& stream, bool wanted) {
    state_.with([&](State& state) {
        auto found = state.running.find(stream);
        if (found == state.running.end()) return;
        found->second.record->want_sound(wanted);
        found->second.slot->set_sound(found->second.record);
    });
}

void Streams::stop(const media::StreamKey& stream) {
    auto running = state_.with([&](State& state) {
        auto node = state.running.extract(stream);
        return node.empty() ? Running() : std::move(node.mapped());
    });
    if (running.slot != nullptr) running.slot->remove(running.record->id());
}

std::vector<SourceStatus> Streams::status() const {
    return state_.with([](const State& state) {
        std::vector<SourceStatus> all;
        for (const auto& [key, running] : state.running) all.push_back(running.record->status());
        return all;
    });
}

std::vector<pid_t> Streams::pids() const {
    std::vector<pid_t> pids;
    for (const auto& slot : slots_) pids.push_back(slot->pid());
    state_.with([&](const State& state) {
        if (state.file_slot) pids.push_back(state.file_slot->pid());
    });
    return pids;
}

}  // namespace proviso::ingest
