// Only the gate makes a permit.
#include <proviso/law/permit.h>

using namespace proviso;

auto forged() {
    return law::Permit<law::Capture>(
        law::Capture{CameraId::literal("gate")}, law::Conditions{}, std::make_shared<law::Lease>()
    );
}
