// A veil worker: the product's own, or (with an argument) one that does what the first byte behind
// a packet's first length says, as a real one would only if it were broken or taken over.
#include <chrono>
#include <cstdlib>
#include <deque>
#include <thread>

#include <proviso/vision/veil_pool.h>
#include <proviso/workers/process.h>

namespace {

using namespace proviso;  // NOLINT(google-build-using-namespace): one small program

class ObedientVeil final : public vision::Veil {
public:
    Result<> push(const media::Packet& packet) override {
        auto out = std::make_shared<media::Packet>(packet);
        switch (packet.data.at(4)) {
            case 'c': std::abort();
            case 'h':
                for (volatile int forever = 1; forever == 1;) {
                }
                break;
            case 's': std::this_thread::sleep_for(std::chrono::hours(1)); break;
            case 'd': std::this_thread::sleep_for(std::chrono::milliseconds(20)); break;
            case 'l': out->pts += 77; break;
            case 'b': out->data[0] = 0xFF; break;
            default: break;
        }
        ready_.push_back({std::move(out), false, nullptr});
        return {};
    }

    void tell(std::int64_t, std::span<const behaviour::Box>) override {}

    Result<> finish() override { return {}; }

    std::optional<vision::MaskedPacket> next() override {
        if (ready_.empty()) return std::nullopt;
        auto first = std::move(ready_.front());
        ready_.pop_front();
        return first;
    }

private:
    std::deque<vision::MaskedPacket> ready_;
};

}  // namespace

int main(int argc, char**) {
    if (argc == 1) return vision::run_veil_worker(workers::kControlFd);
    return vision::run_veil_worker(
        workers::kControlFd,
        [](const vision::VeilConfig&) -> Result<std::unique_ptr<vision::Veil>> {
            return std::unique_ptr<vision::Veil>(new ObedientVeil());
        }
    );
}
