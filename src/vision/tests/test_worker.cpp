// A vision worker whose eye does what the first byte of a picture says: what a real one would do
// only if it were broken or taken over.
#include <chrono>
#include <cstdlib>
#include <thread>

#include <proviso/vision/worker.h>
#include <proviso/workers/process.h>

namespace {

using namespace proviso;  // NOLINT(google-build-using-namespace): one small program

class ObedientEye final : public vision::Eye {
public:
    explicit ObedientEye(bool embed) : embed_(embed) {}

    Result<std::optional<behaviour::Observation>> look(const media::Packet& packet) override {
        behaviour::Observation seen;
        seen.pts = packet.pts;
        seen.wall = packet.wall;
        seen.mono = packet.mono;
        seen.width = 64;
        seen.height = 36;
        seen.looked = true;
        seen.activity = packet.discontinuity ? 1.0F : 0.5F;
        seen.decoded = ++decoded_;
        behaviour::FaceView face;
        face.embedding = {1, 0};
        switch (packet.data.at(0)) {
            case 'c': std::abort();
            case 'h':
                for (volatile int forever = 1; forever == 1;) {
                }
                break;
            case 's': std::this_thread::sleep_for(std::chrono::hours(1)); break;
            case 'd': std::this_thread::sleep_for(std::chrono::milliseconds(40)); break;
            case 'l': seen.pts += 77; break;
            case 'f': seen.faces.push_back(face); break;
            case 'g':
                if (embed_) seen.faces.push_back(face);
                break;
            case 'n': seen.activity = 7; break;
            case 'e': return Error(ErrorKind::InvalidInput, "damaged");
            default: break;
        }
        return std::optional(std::move(seen));
    }

    Result<Bytes> masked_picture(int, std::span<const behaviour::TrackId> highlight) override {
        if (highlight.size() > 1) return Bytes{'n', 'o'};
        if (highlight.empty()) return Error(ErrorKind::NotFound, "none");
        return Bytes{0xFF, 0xD8, static_cast<std::uint8_t>(highlight[0]), 0xFF, 0xD9};
    }

private:
    bool embed_;
    std::uint64_t decoded_ = 0;
};

}  // namespace

int main() {
    return vision::run_vision_worker(
        workers::kControlFd,
        [](const vision::EyeConfig& config) -> Result<std::unique_ptr<vision::Eye>> {
            if (config.max_fps == 13) return Error(ErrorKind::Corrupt, "the model is not it\n");
            return std::unique_ptr<vision::Eye>(new ObedientEye(config.embed));
        }
    );
}
