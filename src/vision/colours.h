#pragma once

#include <proviso/behaviour/observation.h>

#include "decoder.h"

namespace proviso::vision {

/// The colours of a thing: of a person's clothes (the middle of the upper body and the thighs), of
/// anything else its middle. Taken from some hundred pixels.
behaviour::Appearance colours_of(
    const Planes& picture, const behaviour::Box& box, behaviour::ObjectClass kind
);

}  // namespace proviso::vision
