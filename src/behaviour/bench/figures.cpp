// proviso_behaviour_figures track <dump> <marks> [name=value ...]: the figures of the tracker on
// detections written down by dump_detections.py.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include <fmt/format.h>

#include <proviso/behaviour/engine.h>
#include <proviso/behaviour/tracker.h>

#include "anomaly_figures.h"
#include "dump.h"

namespace proviso::behaviour {
namespace {

std::string slurp(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

bool set(TrackerConfig& config, const std::string& word) {
    auto at = word.find('=');
    if (at == std::string::npos) return false;
    auto name = word.substr(0, at);
    double value = std::strtod(word.c_str() + at + 1, nullptr);
    auto number = static_cast<float>(value);
    auto span = microseconds(static_cast<std::int64_t>(value * 1e6));
    if (name == "threshold")
        config = TrackerConfig::for_threshold(number);
    else if (name == "begin")
        config.begin_score = number;
    else if (name == "strong")
        config.strong_score = number;
    else if (name == "weak")
        config.weak_score = number;
    else if (name == "confirm")
        config.confirm_looks = static_cast<int>(value);
    else if (name == "show")
        config.show_lost = span;
    else if (name == "keep")
        config.keep_lost = span;
    else if (name == "gate")
        config.gate = number;
    else if (name == "colour")
        config.appearance_share = number;
    else if (name == "dearest")
        config.dearest = number;
    else if (name == "unlike")
        config.unlike = number;
    else if (name == "acceleration")
        config.acceleration = number;
    else if (name == "noise")
        config.place_noise = number;
    else
        return false;
    return true;
}

int track(int count, char** words) {
    auto dump = read_dump(words[0]);
    if (!dump) {
        std::cerr << dump.error().story() << '\n';
        return 1;
    }
    auto marks = read_marked_boxes(slurp(words[1]), dump->width, dump->height);
    if (!marks) {
        std::cerr << marks.error().story() << '\n';
        return 1;
    }
    TrackerConfig config;
    int every = 1;
    auto kind = ObjectClass::Person;
    for (int i = 2; i < count; ++i) {
        std::string word = words[i];
        if (word.starts_with("every=")) {
            every = std::max(1, std::atoi(word.c_str() + 6));
        } else if (word.starts_with("kind=")) {
            kind = parse_object_class(word.substr(5)).value_or(ObjectClass::Other);
        } else if (!set(config, word)) {
            std::cerr << "what is " << word << "?\n";
            return 2;
        }
    }
    std::erase_if(*marks, [&](const MarkedBox& one) { return one.frame % every != 0; });
    Tracker tracker(config);
    std::vector<GuessedBox> found;
    std::vector<GuessedBox> tracked;
    std::vector<GuessedBox> shown;
    auto begin = std::chrono::steady_clock::now();
    auto aspect = static_cast<float>(dump->width) / static_cast<float>(dump->height);
    for (int frame = 0; frame < dump->frames; frame += every) {
        const auto& seen = dump->detections[static_cast<std::size_t>(frame)];
        for (const auto& one : seen) {
            if (one.kind == kind) found.push_back({frame, 0, one.box, one.score});
        }
        Timestamp wall(microseconds(static_cast<std::int64_t>(frame / dump->fps * 1e6)));
        for (const auto& view : tracker.take({wall, aspect, seen}).tracks) {
            if (!view.confirmed || view.kind != kind) continue;
            GuessedBox guess{frame, static_cast<std::int64_t>(view.id), view.box, view.score};
            shown.push_back(guess);
            if (!view.predicted) tracked.push_back(guess);
        }
    }
    std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    fmt::print(
        "AP50 of the detections {:.3f}; tracker {:.0f} us a picture\n",
        average_precision(*marks, found),
        took.count() / dump->frames * every
    );
    for (const auto* which : {&tracked, &shown}) {
        auto figures = tracking_figures(*marks, *which);
        fmt::print(
            "{:9} MOTA {:.3f} IDF1 {:.3f} switches {} fragments {} misses {} false {} of {}\n",
            which == &tracked ? "seen" : "predicted",
            figures.mota,
            figures.idf1,
            figures.switches,
            figures.fragments,
            figures.misses,
            figures.false_boxes,
            figures.marked
        );
    }
    return 0;
}

/// One word for each rule: kind[,seconds[,speed]] over the whole picture.
int rules(int count, char** words) {
    auto dump = read_dump(words[0]);
    if (!dump) {
        std::cerr << dump.error().story() << '\n';
        return 1;
    }
    float threshold = std::strtof(words[1], nullptr);
    std::vector<RuleSpec> specs;
    for (int i = 2; i < count; ++i) {
        std::istringstream word(words[i]);
        RuleSpec rule;
        std::string number;
        std::getline(word, rule.kind, ',');
        rule.name = rule.kind;
        if (std::getline(word, number, ',')) rule.seconds = std::strtod(number.c_str(), nullptr);
        if (std::getline(word, number, ',')) rule.speed = std::strtod(number.c_str(), nullptr);
        specs.push_back(rule);
    }
    auto engine = Engine::make({}, specs);
    if (!engine) {
        std::cerr << engine.error().story() << '\n';
        return 2;
    }
    Tracker tracker(TrackerConfig::for_threshold(threshold));
    auto aspect = static_cast<float>(dump->width) / static_cast<float>(dump->height);
    auto tell = [&](const std::vector<Finding>& findings) {
        for (const auto& one : findings) {
            auto from = static_cast<double>(one.from.time_since_epoch().count()) * 1e-6 * dump->fps;
            auto to = static_cast<double>(one.to.time_since_epoch().count()) * 1e-6 * dump->fps;
            fmt::print(
                "{} {} frames {:.0f}-{:.0f}: {}\n",
                one.ended ? "ended" : "began",
                one.kind,
                from,
                to,
                one.why
            );
        }
    };
    for (int frame = 0; frame < dump->frames; ++frame) {
        Observation one;
        one.wall = Timestamp(microseconds(static_cast<std::int64_t>(frame / dump->fps * 1e6)));
        one.width = dump->width;
        one.height = dump->height;
        one.looked = true;
        const auto& seen = dump->detections[static_cast<std::size_t>(frame)];
        auto tracks = tracker.take({one.wall, aspect, seen});
        one.tracks = std::move(tracks.tracks);
        one.ended = std::move(tracks.ended);
        tell(engine->take(one));
    }
    tell(engine->finish());
    return 0;
}

}  // namespace
}  // namespace proviso::behaviour

int main(int count, char** words) {
    std::string what = count > 1 ? words[1] : "";
    if (what == "track" && count >= 4) return proviso::behaviour::track(count - 2, words + 2);
    if (what == "anomaly" && count == 5) {
        return proviso::behaviour::anomaly_planted(count - 2, words + 2);
    }
    if (what == "anomaly-real" && count >= 6) {
        return proviso::behaviour::anomaly_real(count - 2, words + 2);
    }
    if (what == "rules" && count >= 5) return proviso::behaviour::rules(count - 2, words + 2);
    std::cerr << "usage: proviso_behaviour_figures track <dump> <marks> [name=value ...]\n"
                 "       proviso_behaviour_figures rules <dump> <threshold> <rule>...\n"
                 "       proviso_behaviour_figures anomaly <dump> <threshold> <learn until>\n"
                 "       proviso_behaviour_figures anomaly-real <threshold> <unusual from> "
                 "<dump> <usual dump>...\n";
    return 2;
}
