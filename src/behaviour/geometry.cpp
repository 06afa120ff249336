#include "geometry.h"

#include <algorithm>
#include <cmath>

namespace proviso::behaviour {

namespace {

double turn(Point a, Point b, Point c) {
    return (static_cast<double>(b.x) - a.x) * (static_cast<double>(c.y) - a.y) -
           (static_cast<double>(b.y) - a.y) * (static_cast<double>(c.x) - a.x);
}

bool within(Point a, Point b, Point c) {
    return c.x >= std::min(a.x, b.x) && c.x <= std::max(a.x, b.x) && c.y >= std::min(a.y, b.y) &&
           c.y <= std::max(a.y, b.y);
}

}  // namespace

bool contains(const Polygon& polygon, Point point) {
    bool inside = false;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const auto& a = polygon[i];
        const auto& b = polygon[j];
        if ((a.y > point.y) == (b.y > point.y)) continue;
        if (point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
    }
    return inside;
}

float area(const Polygon& polygon) {
    double sum = 0;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        sum += static_cast<double>(polygon[j].x) * polygon[i].y -
               static_cast<double>(polygon[i].x) * polygon[j].y;
    }
    return static_cast<float>(std::abs(sum) / 2);
}

bool segments_cross(Point a, Point b, Point c, Point d) {
    double first = turn(a, b, c);
    double second = turn(a, b, d);
    double third = turn(c, d, a);
    double fourth = turn(c, d, b);
    if (((first > 0 && second < 0) || (first < 0 && second > 0)) &&
        ((third > 0 && fourth < 0) || (third < 0 && fourth > 0))) {
        return true;
    }
    return (first == 0 && within(a, b, c)) || (second == 0 && within(a, b, d)) ||
           (third == 0 && within(c, d, a)) || (fourth == 0 && within(c, d, b));
}

bool crosses_itself(const Polygon& polygon) {
    const std::size_t count = polygon.size();
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = i + 1; j < count; ++j) {
            bool neighbours = j == i + 1 || (i == 0 && j == count - 1);
            if (neighbours) continue;
            if (segments_cross(polygon[i], polygon[i + 1], polygon[j], polygon[(j + 1) % count])) {
                return true;
            }
        }
    }
    return false;
}

float side_of(Point a, Point b, Point point) {
    double length = std::hypot(b.x - a.x, b.y - a.y);
    return length > 0 ? static_cast<float>(turn(a, b, point) / length) : 0;
}

}  // namespace proviso::behaviour
