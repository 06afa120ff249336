#pragma once

#include <csignal>
#include <cstdio>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <proviso/ingest/source.h>
#include <proviso/media/nal.h>

#include "../../media/tests/clip.h"
#include "streams.h"

extern char** environ;

/// Servers, workers and a sink for the tests that read real streams.
namespace proviso::ingest::testing {

using media::testing::ClipOptions;
using media::testing::make_clip;

/// A program of the test's own, ended by its id.
class Child {
public:
    Child() = default;

    explicit Child(std::vector<std::string> command, std::string environment = {}) {
        std::array<int, 2> pipe{};
        if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return;
        output_.reset(pipe[0]);
        UniqueFd write_end(pipe[1]);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
        std::vector<char*> arguments;
        for (auto& word : command) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        std::vector<char*> variables;
        for (auto** at = environ; *at != nullptr; ++at) variables.push_back(*at);
        if (!environment.empty()) variables.push_back(environment.data());
        variables.push_back(nullptr);
        if (::posix_spawnp(
                &pid_, arguments[0], &actions, nullptr, arguments.data(), variables.data()
            ) != 0) {
            pid_ = -1;
        }
        ::posix_spawn_file_actions_destroy(&actions);
    }

    Child(Child&& other) noexcept
        : pid_(std::exchange(other.pid_, -1)), output_(std::move(other.output_)) {}

    Child& operator=(Child&& other) noexcept {
        end();
        pid_ = std::exchange(other.pid_, -1);
        output_ = std::move(other.output_);
        return *this;
    }

    ~Child() { end(); }

    bool running() const { return pid_ > 0; }

    pid_t pid() const { return pid_; }

    /// What follows `mark` on the line of its output that holds it; empty if that never comes.
    std::string wait_for(std::string_view mark) {
        std::string line;
        char c = 0;
        while (::read(output_.get(), &c, 1) == 1) {
            if (c != '\n') {
                line += c;
                continue;
            }
            if (auto at = line.find(mark); at != std::string::npos) {
                return line.substr(at + mark.size());
            }
            line.clear();
        }
        return {};
    }

    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }

private:
    pid_t pid_ = -1;
    UniqueFd output_;
};

/// The camera simulator on a free port.
class CameraSim {
public:
    explicit CameraSim(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {PROVISO_CAMERA_SIM, "--port", "0"});
        child_ = Child(std::move(arguments));
        port_ = child_.wait_for("listening on 127.0.0.1:");
    }

    bool running() const { return !port_.empty(); }

    std::string url(std::string_view path) const {
        return fmt::format("rtsp://127.0.0.1:{}/{}", port_, path);
    }

    const std::string& port() const { return port_; }

    /// See Child::wait_for().
    std::string wait_for(std::string_view mark) { return child_.wait_for(mark); }

    void end() { child_.end(); }

private:
    Child child_;
    std::string port_;
};

/// Keeps what it is given, and lets a test wait for what it expects.
class CollectingSink final : public PacketSink {
public:
    void on_packet(const media::StreamKey& stream, media::PacketPtr packet) override {
        std::lock_guard lock(mutex_);
        auto& packets = packets_[stream];
        if (packets.size() < kMost) packets.push_back(std::move(packet));
        ++counts_[stream];
        changed_.notify_all();
    }

    void on_sound(const media::StreamKey& stream, media::SoundPtr sound) override {
        std::lock_guard lock(mutex_);
        sounds_[stream].push_back(std::move(sound));
        changed_.notify_all();
    }

    void on_source_state(const media::StreamKey& stream, const SourceStatus& status) override {
        std::lock_guard lock(mutex_);
        states_[stream] = status;
        if (history_.empty() || history_.back().cause != status.cause ||
            history_.back().state != status.state) {
            history_.push_back(status);
        }
        changed_.notify_all();
    }

    /// True once `ready()` is, which is asked under the lock; false after `patience`.
    template <class F>
    bool wait(F&& ready, std::chrono::seconds patience = std::chrono::seconds(20)) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return ready(); });
    }

    bool wait_for_packets(const media::StreamKey& stream, std::size_t count) {
        return wait([&] { return counts_[stream] >= count; });
    }

    // Under the lock of wait(), or when nothing is delivered any more.
    std::vector<media::PacketPtr>& packets(const media::StreamKey& stream) {
        return packets_[stream];
    }

    std::vector<media::SoundPtr>& sounds(const media::StreamKey& stream) { return sounds_[stream]; }

    std::size_t count(const media::StreamKey& stream) { return counts_[stream]; }

    SourceStatus& state(const media::StreamKey& stream) { return states_[stream]; }

    std::vector<SourceStatus>& history() { return history_; }

private:
    static constexpr std::size_t kMost = 3000;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<media::StreamKey, std::vector<media::PacketPtr>> packets_;
    std::map<media::StreamKey, std::vector<media::SoundPtr>> sounds_;
    std::map<media::StreamKey, std::size_t> counts_;
    std::map<media::StreamKey, SourceStatus> states_;
    std::vector<SourceStatus> history_;
};

inline PoolOptions test_options() {
    PoolOptions options;
    options.worker_program = PROVISO_TEST_WORKER;
    options.arguments.clear();
    options.ring_bytes = 8U << 20U;
    return options;
}

inline media::StreamKey key_of(std::string_view camera) {
    return {CameraId::literal(camera), media::StreamKind::Main};
}

inline SourceSpec spec_of(std::string_view camera, std::string url) {
    SourceSpec spec;
    spec.stream = key_of(camera);
    spec.url = std::move(url);
    return spec;
}

/// What any stream must be, whatever sent it.
inline void expect_sound(const std::vector<media::PacketPtr>& packets) {
    ASSERT_FALSE(packets.empty());
    EXPECT_TRUE(packets.front()->key_frame);
    std::int64_t last = -1;
    for (const auto& packet : packets) {
        EXPECT_GT(packet->dts, last);
        last = packet->dts;
        EXPECT_GE(packet->pts, packet->dts - 1);
        ASSERT_TRUE(packet->codec);
        EXPECT_TRUE(media::is_length_prefixed(packet->data));
    }
}

}  // namespace proviso::ingest::testing
