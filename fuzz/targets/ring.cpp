#include <cstring>

#include <proviso/media/nal.h>

#include "../target.h"
#include "stream_record.h"

namespace {

using namespace proviso;  // NOLINT(google-build-using-namespace): one program, one target

class CheckingSink final : public ingest::PacketSink {
public:
    void on_packet(const media::StreamKey&, media::PacketPtr packet) override {
        fuzz::expect(media::is_length_prefixed(packet->data), "a picture of broken units");
        fuzz::expect(packet->codec != nullptr, "a picture without parameters");
        fuzz::expect(packet->dts > last_, "times go back");
        last_ = packet->dts;
    }

    void on_source_state(const media::StreamKey&, const ingest::SourceStatus&) override {}

private:
    std::int64_t last_ = -1;
};

}  // namespace

/// A worker that writes whatever it likes into the shared memory: 8 bytes become its write
/// position, the rest the ring.
PROVISO_FUZZ_TARGET(ring) {
    constexpr std::size_t kSize = 64U << 10U;
    auto memory = workers::RingMemory::create(kSize);
    fuzz::expect(memory.has_value(), "no memory");
    ByteReader read(bytes);
    memory->control().written = read.u64() % (2 * kSize);
    auto content = read.take(std::min(read.remaining(), kSize));
    if (!content.empty()) std::memcpy(memory->data(), content.data(), content.size());
    workers::RingReader reader(std::move(*memory));
    CheckingSink sink;
    FakeClock clock(Timestamp(std::chrono::hours(24)));
    ingest::SourceSpec spec;
    spec.stream = {CameraId::literal("x"), media::StreamKind::Main};
    ingest::StreamRecord stream(1, std::move(spec), sink, clock);
    for (int i = 0; i < 4096; ++i) {
        auto record = reader.next();
        if (!record || !*record) return;
        auto taken = (*record)->header.kind == 1 ? stream.on_parameters(**record)
                                                 : stream.on_picture(**record);
        if (!taken) return;
        reader.done();
    }
    fuzz::found("a ring without an end");
}
