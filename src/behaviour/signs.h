#pragma once

#include "subjects.h"
#include "usual.h"

namespace proviso::behaviour {

/// What one sighting is, in bins.
struct Signs {
    std::size_t place = 0;
    std::size_t part = 0;
    std::size_t hour = 0;
    std::size_t pace = 0;
    std::size_t way = 0;
    std::size_t size = 0;
    std::size_t shape = 0;
    std::size_t kind = 0;
    std::size_t colour = 0;
    double speed = 0;
    bool paced = false;
    bool moving = false;
    bool whole = false;
    bool coloured = false;

    friend bool operator==(const Signs& a, const Signs& b) {
        return a.place == b.place && a.pace == b.pace && a.way == b.way && a.size == b.size &&
               a.shape == b.shape;
    }
};

Signs signs_of(const Subject& subject, std::size_t hour);
/// Which of `count` equal parts of 0..1.
std::size_t tile(float fraction, std::size_t count);

}  // namespace proviso::behaviour
