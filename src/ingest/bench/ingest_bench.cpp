// CPU, memory and loss of reading many cameras: worker processes, ring, pump and packets, without
// anything behind them.
//   proviso-ingest-bench URL-PREFIX STREAMS SECONDS [tcp|udp] [WORKERS]
// reads URL-PREFIX0, URL-PREFIX1, ... Figures are CPU seconds per stream-hour.
#include <atomic>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <sys/resource.h>

#include <proviso/ingest/worker.h>

#include "streams.h"

namespace proviso::ingest {
namespace {

class CountingSink final : public PacketSink {
public:
    void on_packet(const media::StreamKey&, media::PacketPtr packet) override {
        ++packets;
        bytes += packet->data.size();
        breaks += packet->discontinuity ? 1 : 0;
    }

    void on_source_state(const media::StreamKey&, const SourceStatus&) override {}

    std::atomic<std::uint64_t> packets{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> breaks{0};
};

double own_cpu() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double cpu_of(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double resident_mb(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
    }
    return 0;
}

int run(const std::string& prefix, int count, int seconds, bool udp, int workers) {
    CountingSink sink;
    SystemClock clock;
    PoolOptions options;
    options.arguments = {"worker"};
    options.workers = workers;
    auto opened = Streams::open(options, sink, clock);
    if (!opened) return 1;
    auto& streams = **opened;
    for (int i = 0; i < count; ++i) {
        SourceSpec spec;
        spec.stream = {CameraId::literal(fmt::format("cam-{}", i)), media::StreamKind::Main};
        spec.url = fmt::format("{}{}", prefix, i);
        spec.transport = udp ? Transport::Udp : Transport::Tcp;
        if (!streams.start(std::move(spec))) return 1;
    }
    auto playing = [&] {
        int number = 0;
        for (const auto& status : streams.status()) {
            number += status.state == SourceState::Playing ? 1 : 0;
        }
        return number;
    };
    for (int i = 0; i < 300 && playing() < count; ++i) {
        std::this_thread::sleep_for(milliseconds(100));
    }
    std::this_thread::sleep_for(std::chrono::seconds(3));
    auto workers_cpu = [&] {
        double sum = 0;
        for (auto pid : streams.pids()) sum += cpu_of(pid);
        return sum;
    };
    auto worker_before = workers_cpu();
    auto server_before = own_cpu();
    auto packets_before = sink.packets.load();
    auto bytes_before = sink.bytes.load();
    auto breaks_before = sink.breaks.load();
    auto begun = clock.monotonic();
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    auto took = std::chrono::duration<double>(clock.monotonic() - begun).count();
    auto per_stream_hour = 3600 / (took * count);
    auto worker = (workers_cpu() - worker_before) * per_stream_hour;
    auto server = (own_cpu() - server_before) * per_stream_hour;
    std::uint64_t lost = 0;
    std::uint64_t dropped = 0;
    for (const auto& status : streams.status()) {
        lost += status.lost;
        dropped += status.dropped;
    }
    double worker_mb = 0;
    for (auto pid : streams.pids()) worker_mb += resident_mb(std::to_string(pid));
    fmt::print(
        "ingest streams={} playing={} fps={:.2f} mbit_s={:.2f} cpu_s_per_stream_hour={:.2f} "
        "(worker={:.2f} server={:.2f}) breaks={} rtp_lost={} dropped={} rss_mb worker={:.1f} "
        "server={:.1f}\n",
        count,
        playing(),
        static_cast<double>(sink.packets - packets_before) / took / count,
        static_cast<double>(sink.bytes - bytes_before) * 8e-6 / took / count,
        worker + server,
        worker,
        server,
        sink.breaks - breaks_before,
        lost,
        dropped,
        worker_mb,
        resident_mb("self")
    );
    return 0;
}

}  // namespace
}  // namespace proviso::ingest

int main(int argc, char** argv) {
    using namespace proviso::ingest;  // NOLINT(google-build-using-namespace): a main of its own
    if (argc == 2 && std::string_view(argv[1]) == "worker") {
        return run_ingest_worker(kWorkerControlFd);
    }
    if (argc < 4) {
        std::fputs(
            "usage: proviso-ingest-bench URL-PREFIX STREAMS SECONDS [tcp|udp] [WORKERS]\n", stderr
        );
        return 2;
    }
    bool udp = argc > 4 && std::string_view(argv[4]) == "udp";
    return run(
        argv[1], std::stoi(argv[2]), std::stoi(argv[3]), udp, argc > 5 ? std::stoi(argv[5]) : 1
    );
}
