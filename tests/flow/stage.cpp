#include "stage.h"

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>

namespace proviso::app {

namespace fs = std::filesystem;

Child::Child(const std::vector<std::string>& command, const fs::path& output) {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    auto out = open_file(output, O_WRONLY | O_CREAT | O_TRUNC);
    if (!out) throw std::runtime_error(out.error().story());
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::dup2(out->get(), STDOUT_FILENO);
    ::dup2(out->get(), STDERR_FILENO);
    ::execvp(arguments.front(), arguments.data());
    ::_exit(127);
}

Child::~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    wait();
}

int Child::wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Stage::Stage(std::vector<std::string> film, bool sound)
    : folder_(fs::temp_directory_path() / ("proviso-flow-" + Uuid::random().text())) {
    fs::create_directories(folder_);
    auto clip = folder_ / "clip.mp4";
    if (film.empty()) film = {"-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=6"};
    std::vector<std::string> command{"ffmpeg", "-nostdin", "-loglevel", "error"};
    command.insert(command.end(), film.begin(), film.end());
    if (sound) {
        command.insert(command.end(), {"-c:a", "aac", "-ar", "16000", "-ac", "1"});
    } else {
        command.emplace_back("-an");
    }
    for (const auto* word :
         {"-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "0", "-pix_fmt"}) {
        command.emplace_back(word);
    }
    command.insert(command.end(), {"yuv420p", clip.string()});
    Child encoder(command, folder_ / "encoder.log");
    if (encoder.wait() != 0) throw std::runtime_error("ffmpeg could not make the clip");

    auto log = folder_ / "camera.log";
    std::vector<std::string> camera{PROVISO_CAMERA_SIM, "--port", "0", "--report-setups"};
    if (sound) camera.emplace_back("--sound");
    camera.push_back("clip=" + clip.string());
    simulator_ = std::make_unique<Child>(camera, log);
    static constexpr std::string_view kSays = "listening on 127.0.0.1:";
    eventually(
        [&] {
            auto text = read_file(log).value_or("");
            auto found = text.find(kSays);
            if (found == std::string::npos) return false;
            auto rest = text.substr(found + kSays.size());
            auto end = rest.find_first_not_of("0123456789");
            if (end == std::string::npos) return false;
            port_ = rest.substr(0, end);
            return true;
        },
        std::chrono::seconds(10)
    );
    if (port_.empty()) throw std::runtime_error("the camera simulator did not start");
}

Stage::~Stage() {
    simulator_.reset();
    fs::remove_all(folder_);
}

Config Stage::config() const {
    Config config;
    config.data = folder_ / "data";
    config.packs = fs::path(PROVISO_SOURCE_DIR) / "packs";
    config.record.segment = std::chrono::seconds(5);
    return config;
}

std::string Stage::camera_log() const { return read_file(folder_ / "camera.log").value_or(""); }

std::string Stage::camera_url() const { return "rtsp://127.0.0.1:" + port_ + "/clip/0"; }

std::string yard(const std::string& url) {
    return R"(
kind: purpose
name: property
code: property_protection
basis: legitimate_interests
---
kind: site
name: yard
title: Yard
jurisdictions: [US-IL]
sector: industrial
timezone: America/Chicago
storage_country: US
controller: {name: Flow Test, kind: private, country: US, exempt: []}
---
kind: record
name: yard-notice
record: notice
site: yard
entrances: 1
---
kind: camera
name: gate
site: yard
purpose: property
main: {url: ")" +
           url + R"("}
space: {kind: public_premises, entrances: 1, staff_present: false, minors_expected: false, overlooks: []}
subjects: [public]
audio: false
ptz: false
mobile: false
masks: []
onboard_analytics: []
)";
}

bool eventually(const std::function<bool()>& true_now, std::chrono::seconds patience) {
    auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
        if (true_now()) return true;
        std::this_thread::sleep_for(milliseconds(50));
    }
    return true_now();
}

}  // namespace proviso::app
