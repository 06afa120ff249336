#include <proviso/ingest/pool.h>

#include "streams.h"

namespace proviso::ingest {

struct Pool::Inside {
    std::unique_ptr<Streams> streams;
    const Clock& clock;
};

Pool::Pool(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

Pool::~Pool() = default;

Result<std::unique_ptr<Pool>> Pool::open(
    PoolOptions options, PacketSink& sink, const Clock& clock
) {
    auto streams = PROVISO_TRY(Streams::open(std::move(options), sink, clock));
    auto inside = std::make_unique<Inside>(Inside{std::move(streams), clock});
    return std::unique_ptr<Pool>(new Pool(std::move(inside)));
}

namespace {

Error not_permitted(const char* what) { return {ErrorKind::Refused, what, "ask the gate again"}; }

}  // namespace

Result<> Pool::start(const law::Permit<law::Capture>& permit, SourceSpec spec) {
    // ING-1
    const auto now = inside_->clock.monotonic();
    if (permit.act().camera != spec.stream.camera || !permit.valid(now)) {
        return not_permitted("there is no valid permit to capture this camera");
    }
    // ING-3
    spec.sound = spec.sound && permit.sound(now);
    return inside_->streams->start(std::move(spec));
}

Result<> Pool::set_sound(
    const law::Permit<law::Capture>& permit, const media::StreamKey& stream, bool wanted
) {
    // ING-3
    if (wanted &&
        (permit.act().camera != stream.camera || !permit.sound(inside_->clock.monotonic()))) {
        return not_permitted("there is no valid permit to keep the sound of this camera");
    }
    inside_->streams->set_sound(stream, wanted);
    return {};
}

void Pool::stop(const media::StreamKey& stream) { inside_->streams->stop(stream); }

std::vector<SourceStatus> Pool::status() const { return inside_->streams->status(); }

}  // namespace proviso::ingest
