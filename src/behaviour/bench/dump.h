#pragma once

#include <map>
#include <string>
#include <vector>

#include <proviso/behaviour/accuracy.h>

namespace proviso::behaviour {

/// What a detector said about a clip, written down once by dump_detections.py.
struct Dump {
    int width = 0;
    int height = 0;
    double fps = 0;
    int frames = 0;
    std::vector<std::vector<Detection>> detections;  // by frame
};

Result<Dump> read_dump(const std::string& path);

}  // namespace proviso::behaviour
