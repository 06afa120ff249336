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

Result<> Pool::start(const law::Permit<law::Capture>& permit, SourceSpec spec) {
    // ING-1
    if (permit.act().camera != spec.stream.camera || !permit.valid(inside_->clock.monotonic())) {
        return Error(
            ErrorKind::Refused,
            "there is no valid permit to capture this camera",
            "ask the gate again"
        );
    }
    return inside_->streams->start(std::move(spec));
}

void Pool::stop(const media::StreamKey& stream) { inside_->streams->stop(stream); }

std::vector<SourceStatus> Pool::status() const { return inside_->streams->status(); }

}  // namespace proviso::ingest
