#pragma once

#include <proviso/behaviour/observation.h>

namespace proviso::behaviour {

/// Even-odd; a point on an edge may fall on either side.
bool contains(const Polygon& polygon, Point point);
float area(const Polygon& polygon);
/// Two edges that do not follow each other touch.
bool crosses_itself(const Polygon& polygon);
bool segments_cross(Point a, Point b, Point c, Point d);
/// Above 0 to the right-hand side of the arrow from a to b (y points down), as a distance.
float side_of(Point a, Point b, Point point);

}  // namespace proviso::behaviour
