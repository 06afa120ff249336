#include "dump.h"

#include <fstream>
#include <sstream>

namespace proviso::behaviour {

Result<Dump> read_dump(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        return Error(
            ErrorKind::NotFound,
            "no such dump of detections: " + path,
            "write it with src/behaviour/bench/dump_detections.py"
        );
    }
    Dump dump;
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        if (line.starts_with("# frames")) {
            std::string skip;
            words >> skip >> skip >> dump.frames;
            continue;
        }
        if (line.starts_with("#")) {
            std::string skip;
            words >> skip >> skip >> skip >> dump.width >> dump.height >> dump.fps;
            continue;
        }
        std::size_t frame = 0;
        int kind = 0;
        Detection one;
        Appearance colours{};
        words >> frame >> kind >> one.box.x >> one.box.y >> one.box.w >> one.box.h >> one.score;
        for (auto& share : colours) words >> share;
        if (!words || frame > 1'000'000) return invalid_input("a broken line in " + path);
        one.kind = static_cast<ObjectClass>(kind);
        one.appearance = colours;
        if (dump.detections.size() <= frame) dump.detections.resize(frame + 1);
        dump.detections[frame].push_back(one);
    }
    if (dump.width <= 0 || dump.height <= 0 || !(dump.fps > 0)) {
        return invalid_input("no head line in " + path);
    }
    dump.detections.resize(static_cast<std::size_t>(dump.frames));
    return dump;
}

}  // namespace proviso::behaviour
