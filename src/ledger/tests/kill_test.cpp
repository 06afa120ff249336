#include <csignal>
#include <map>
#include <thread>

#include <fmt/format.h>
#include <sys/wait.h>

#include "ledger_folder.h"

namespace proviso::ledger {
namespace {

/// Entries are this short, so that a line of several threads arrives in one piece (PIPE_BUF).
std::string line_of(const Receipt& receipt) {
    return fmt::format("{} {}\n", receipt.index, to_hex(receipt.leaf));
}

class KillTest : public LedgerFolder {
protected:
    /// Appends in three threads without end; every acknowledged entry goes into the pipe.
    [[noreturn]] void append_forever(int out) {
        auto ledger = open_tile_ledger_on(disk_, options(), clock_);
        if (!ledger) _exit(2);
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread) {
            threads.emplace_back([&, thread] {
                for (std::uint64_t i = 0;; ++i) {
                    Draft next = draft(i);
                    if (thread == 0) next.personal = Json{{"name", std::to_string(i)}};
                    auto receipt = ledger.value()->append(std::move(next));
                    if (!receipt || !write_all(out, as_bytes(line_of(*receipt)))) _exit(3);
                }
            });
        }
        threads.clear();
        _exit(4);
    }

    /// Starts an appender, kills it after `count` acknowledgements, and collects all of them.
    void run_and_kill(std::size_t count) {
        std::array<int, 2> ends{};
        ASSERT_EQ(pipe(ends.data()), 0);
        auto child = fork();
        if (child == 0) append_forever(ends[1]);
        UniqueFd in(ends[0]);
        ::close(ends[1]);
        std::string lines;
        std::array<char, 4096> chunk{};
        bool killed = false;
        for (;;) {
            auto got = ::read(in.get(), chunk.data(), chunk.size());
            if (got <= 0) break;
            lines.append(chunk.data(), static_cast<std::size_t>(got));
            auto seen = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
            if (seen >= count && !killed) {
                kill(child, SIGKILL);
                killed = true;
            }
        }
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the appender ended by itself: " << status;
        for (std::size_t at = 0, end = 0; (end = lines.find('\n', at)) != std::string::npos;
             at = end + 1) {
            auto space = lines.find(' ', at);
            acknowledged_[std::stoull(lines.substr(at, space - at))] =
                lines.substr(space + 1, end - space - 1);
        }
    }

    std::map<std::uint64_t, std::string> acknowledged_;
};

TEST_F(KillTest, LosesNoAcknowledgedEntryInTwentyKills) {
    constexpr std::size_t kKills = 20;
    for (std::size_t i = 0; i < kKills; ++i) {
        run_and_kill(10 + 17 * i);
        if (HasFatalFailure()) return;
        auto ledger = open();
        ASSERT_GT(ledger->size(), acknowledged_.rbegin()->first) << "after kill " << i;
        auto all = ledger->read(0, ledger->size()).value();
        for (const auto& [index, leaf] : acknowledged_) {
            const auto& entry = all.at(index);
            ASSERT_EQ(to_hex(proof::leaf_hash(as_bytes(entry.bytes))), leaf) << index;
            ASSERT_TRUE(!entry.entry.commit || ledger->personal(index)) << index;
        }
        ledger.reset();
        ASSERT_TRUE(verify()) << verify().error().story();
    }
    EXPECT_GT(acknowledged_.size(), 3000U);
    RecordProperty("kills", static_cast<int>(kKills));
    RecordProperty("acknowledged", static_cast<int>(acknowledged_.size()));
    std::cout << "figure: " << kKills << " kills of a writing ledger: " << acknowledged_.size()
              << " entries acknowledged, none lost\n";
}

}  // namespace
}  // namespace proviso::ledger
