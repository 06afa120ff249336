#include <algorithm>
#include <cmath>

#include <proviso/behaviour/observation.h>

namespace proviso::behaviour {

float overlap(const Box& a, const Box& b) {
    float wide = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
    float high = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
    if (!(wide > 0) || !(high > 0)) return 0;
    float shared = wide * high;
    float share = shared / (a.area() + b.area() - shared);
    return std::isfinite(share) && std::isfinite(a.x + a.y + b.x + b.y) ? share : 0;
}

std::string_view to_string(ObjectClass kind) {
    auto index = static_cast<std::size_t>(kind);
    return index < kObjectClasses.size() ? kObjectClasses[index] : kObjectClasses.back();
}

std::optional<ObjectClass> parse_object_class(std::string_view word) {
    auto found = std::find(kObjectClasses.begin(), kObjectClasses.end(), word);
    if (found == kObjectClasses.end()) return std::nullopt;
    return static_cast<ObjectClass>(found - kObjectClasses.begin());
}

}  // namespace proviso::behaviour
