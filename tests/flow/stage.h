#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "house.h"
#include "works.h"

namespace proviso::app {

/// A program of its own, ended by its own process id.
class Child {
public:
    /// Standard output goes to `output`.
    Child(const std::vector<std::string>& command, const std::filesystem::path& output);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    /// Waits for the end; the exit code.
    int wait();

private:
    pid_t pid_ = -1;
};

/// A folder, a real camera simulator with a real clip, and the configuration of a house.
class Stage {
public:
    /// `film`: what ffmpeg is to read, with its options; by default a moving test picture.
    /// With `sound` the film's sound is offered, too.
    explicit Stage(std::vector<std::string> film = {}, bool sound = false);
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    ~Stage();

    Config config() const;
    std::string camera_url() const;

    const std::filesystem::path& folder() const { return folder_; }

    /// What the simulator has printed: its port, and every track that was set up.
    std::string camera_log() const;

private:
    std::filesystem::path folder_;
    std::unique_ptr<Child> simulator_;
    std::string port_;
};

/// A yard in Illinois with a notice and the camera "gate", as documents; what it analyses may
/// follow.
std::string yard(const std::string& camera_url);

/// Asks every 50 ms until it is true or `patience` is over.
bool eventually(const std::function<bool()>& true_now, std::chrono::seconds patience);

}  // namespace proviso::app
