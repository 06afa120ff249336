#pragma once

#include <proviso/behaviour/observation.h>

namespace proviso::vision {

/// By the even-odd rule.
inline bool inside(const behaviour::Polygon& polygon, behaviour::Point at) {
    bool in = false;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const auto& a = polygon[i];
        const auto& b = polygon[j];
        if ((a.y > at.y) == (b.y > at.y)) continue;
        if (at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x) in = !in;
    }
    return in;
}

}  // namespace proviso::vision
