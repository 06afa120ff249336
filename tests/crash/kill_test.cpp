#include <algorithm>
#include <csignal>
#include <cstring>
#include <random>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <proviso/base/file.h>
#include <proviso/record/check.h>
#include <proviso/store/test_database.h>

#include "open_house.h"
#include "recording_child.h"

namespace proviso::crash {
namespace {

using namespace std::chrono_literals;

constexpr int kKills = 20;
constexpr int kCheckEvery = 5;

/// What the child tells, in a file that both map.
class SharedPage {
public:
    explicit SharedPage(const std::filesystem::path& file) : file_(file) {}

    ~SharedPage() { unmap(); }

    void make_new() {
        unmap();
        std::filesystem::remove(file_);
        auto fd = open_file(file_, O_RDWR | O_CREAT | O_EXCL).value();
        ASSERT_EQ(ftruncate(fd.get(), sizeof(Told)), 0);
        map(fd.get());
    }

    void open() { map(open_file(file_, O_RDWR).value().get()); }

    Told& told() { return *static_cast<Told*>(memory_); }

private:
    void map(int fd) {
        memory_ = mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (memory_ == MAP_FAILED) std::abort();
    }

    void unmap() {
        if (memory_ != nullptr) munmap(memory_, sizeof(Told));
        memory_ = nullptr;
    }

    std::filesystem::path file_;
    void* memory_ = nullptr;
};

class KillTest : public testing::Test {
protected:
    pid_t spawn() {
        std::string self = std::filesystem::read_symlink("/proc/self/exe");
        std::string flag = "--record";
        auto path = folder.path().string();
        std::vector<char*> arguments{self.data(), flag.data(), path.data(), nullptr};
        pid_t child = 0;
        EXPECT_EQ(
            posix_spawn(&child, self.c_str(), nullptr, nullptr, arguments.data(), environ), 0
        );
        return child;
    }

    /// The recorded past as the restarted process found it, against what was handed over.
    void compare(const Told& before, const Told& after) {
        for (int i = 0; i < kStreams; ++i) {
            const auto& fed = before.streams[i];
            if (fed.first_key == 0) continue;  // killed before there was anything to lose
            const auto kept = std::max(fed.first_key.load(), after.streams[i].recovered_to.load());
            const auto lost = std::max<std::int64_t>(fed.last_fed - kept, 0);
            EXPECT_LE(lost, 1'000'000) << "stream " << i;
            losses.push_back(lost);
        }
    }

    void check_everything() {
        OpenHouse open(folder.path());
        auto recorder = open.open_recorder();
        ASSERT_TRUE(recorder) << recorder.error().story();
        (*recorder)->settle();
        const auto findings = record::check_recordings(
            open.house.recordings(), *open.house.catalog, *open.house.keys, *open.ledger, true
        );
        ASSERT_TRUE(findings) << findings.error().story();
        for (const auto& finding : *findings) {
            ADD_FAILURE() << finding.invariant << " " << finding.subject << ": " << finding.words;
        }
        EXPECT_TRUE(open.house.catalog->open_segments()->empty());
        // Every acknowledged entry is there, in order.
        std::int64_t next = 0;
        for (std::uint64_t at = 0; at < open.ledger->size();) {
            const auto entries = open.ledger->read(at, 256);
            ASSERT_TRUE(entries);
            at += entries->size();
            for (const auto& stored : *entries) {
                if (stored.entry.type != "crash.test") continue;
                const auto number = stored.entry.body["n"].get<std::int64_t>();
                // One written but not acknowledged is written again.
                ASSERT_TRUE(number == next || number == next - 1) << number;
                next = number + 1;
            }
        }
        EXPECT_GE(next, acknowledged);
        const auto proven =
            ledger::verify_tile_ledger(folder.path() / "ledger", open.ledger->verifier_key());
        EXPECT_TRUE(proven) << proven.error().story();
    }

    store::TestFolder folder;
    std::vector<std::int64_t> losses;
    std::vector<std::int64_t> restarts;
    std::int64_t acknowledged = 0;
};

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

std::int64_t median(std::vector<std::int64_t> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

TEST_F(KillTest, LosesAtMostASecondWheneverItIsKilled) {
    const auto seed = std::random_device()();
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    SharedPage page(folder.path() / "told");
    std::unique_ptr<Told> before;
    for (int kill_number = 0; kill_number < kKills; ++kill_number) {
        page.make_new();
        auto& told = page.told();
        told.acknowledged = acknowledged;
        const auto child = spawn();
        // Now and then before it records at all, else at any moment of recording.
        const bool early = random() % 6 == 0;
        const auto begun = std::chrono::steady_clock::now();
        while (!early && told.recording_us == 0 && std::chrono::steady_clock::now() - begun < 10s) {
            ASSERT_EQ(waitpid(child, nullptr, WNOHANG), 0) << "it ended by itself";
            std::this_thread::sleep_for(5ms);
        }
        std::this_thread::sleep_for(microseconds(random() % (early ? 800'000 : 2'500'000)));
        ASSERT_EQ(kill(child, SIGKILL), 0);
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
        if (!early) {
            EXPECT_GT(told.recording_us, 0);
            EXPECT_LE(told.recording_us, 3'000'000) << "opened after " << told.opened_us << " us";
            restarts.push_back(told.recording_us);
        }
        acknowledged = told.acknowledged;
        if (before && told.opened_us > 0) compare(*before, told);
        const bool checked = kill_number % kCheckEvery == kCheckEvery - 1;
        if (checked) check_everything();
        // What this process was fed is compared with what the next one finds; a check in between
        // has closed the books, and one killed while it started has not looked.
        if (told.opened_us > 0) {
            before = std::make_unique<Told>();
            for (int i = 0; i < kStreams; ++i) {
                before->streams[i].first_key = told.streams[i].first_key.load();
                before->streams[i].last_fed = told.streams[i].last_fed.load();
            }
        }
    }
    ASSERT_FALSE(losses.empty());
    std::printf(
        "figure: %d kills, %zu stream endings: lost %.2f s at most, %.2f s in the median; "
        "recording again "
        "after %.2f s at most, %.2f s in the median; %lld ledger entries acknowledged, none lost\n",
        kKills,
        losses.size(),
        seconds(*std::ranges::max_element(losses)),
        seconds(median(losses)),
        seconds(*std::ranges::max_element(restarts)),
        seconds(median(restarts)),
        static_cast<long long>(acknowledged)
    );
}

}  // namespace
}  // namespace proviso::crash

int main(int argc, char** argv) {
    if (argc == 3 && std::strcmp(argv[1], "--record") == 0) {
        const std::filesystem::path folder = argv[2];
        proviso::crash::SharedPage page(folder / "told");
        page.open();
        return proviso::crash::record_until_killed(folder, page.told());
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
