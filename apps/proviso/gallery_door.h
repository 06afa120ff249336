#pragma once

#include <proviso/recognise/recogniser.h>

#include "scene.h"

namespace proviso::app {

/// The way from a camera's scene to the galleries.
class GalleryDoor final : public FaceDoor {
public:
    explicit GalleryDoor(recognise::Recogniser& recogniser) : recogniser_(recogniser) {}

    std::optional<std::string> sort_of(const std::string& gallery) const override;
    void match(
        const law::Permit<law::Identify>& permit,
        behaviour::FaceView& face,
        Timestamp at,
        int picture_width
    ) override;

private:
    recognise::Recogniser& recogniser_;
};

}  // namespace proviso::app
