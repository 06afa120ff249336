#include "gallery_door.h"

#include <proviso/base/log.h>

namespace proviso::app {

std::optional<std::string> GalleryDoor::sort_of(const std::string& gallery) const {
    auto id = recognise::GalleryId::parse(gallery);
    if (!id) return std::nullopt;
    auto found = recogniser_.gallery(*id);
    if (!found) return std::nullopt;
    return std::string(recognise::to_string(found->terms.kind));
}

void GalleryDoor::match(
    const law::Permit<law::Identify>& permit,
    behaviour::FaceView& face,
    Timestamp at,
    int picture_width
) {
    auto matched = recogniser_.match(permit, face, {at, picture_width});
    recognise::wipe(face);
    // A permit that has just ended is no news; what cannot be written is.
    if (matched || matched.error().kind() == ErrorKind::Forbidden) return;
    log_error("camera {}: {}", permit.act().camera.text(), matched.error().story());
}

}  // namespace proviso::app
