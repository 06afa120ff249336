#pragma once

#include <cstddef>
#include <string_view>

#include <proviso/behaviour/observation.h>

/// The 32 colour bins: 12 hues x {pale, strong} for pixels with colour, then 8 greys from black to
/// white for pixels without.
namespace proviso::behaviour {

/// `hue` 0..360 (red 0, green 120, blue 240), `saturation` and `value` 0..1: the HSV of a pixel.
/// Values outside are pulled in.
std::size_t appearance_bin(float hue, float saturation, float value);

/// 0 for the same spread of colours, 1 for nothing in common (1 - Bhattacharyya coefficient).
float appearance_distance(const Appearance& a, const Appearance& b);

/// red orange yellow green cyan blue purple pink black grey white; empty if no colour stands out.
std::string_view dominant_colour(const Appearance& appearance);

/// What `dominant_colour` can say.
inline constexpr auto kColours = std::to_array<std::string_view>(
    {"red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink", "black", "grey", "white"}
);

}  // namespace proviso::behaviour
