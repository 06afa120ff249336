// What the others do wrongly, done right: it compiles.
#include <proviso/law/gate.h>

using namespace proviso;

void record(law::Permit<law::Capture> permit) { static_cast<void>(permit.act()); }

void ask(law::Gate& gate) {
    auto answer = gate.ask(law::Capture{CameraId::literal("gate")});
    if (!answer) return;
    if (auto* permit = std::get_if<law::Permit<law::Capture>>(&*answer)) record(std::move(*permit));
}
