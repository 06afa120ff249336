// What the others do wrongly, done right: it compiles.
#include <proviso/law/gate.h>

using namespace proviso;

void record(law::Permit<law::Capture> permit) { static_cast<void>(permit.act()); }

void ask(law::Gate& gate) {
    auto answer = gate.ask(law::Capture{CameraId::literal("gate")});
    if (!answer) return;
    if (auto* permit = std::get_if<law::Permit<law::Capture>>(&*answer)) record(std::move(*permit));
}

void identify(law::Permit<law::Identify> permit) { static_cast<void>(permit.act()); }

void analyse(law::Permit<law::Analyse> permit) { static_cast<void>(permit.act()); }

void ask_for_eyes(law::Gate& gate) {
    auto look = gate.ask(law::Analyse{CameraId::literal("gate"), "motion"});
    if (auto* permit = look ? std::get_if<law::Permit<law::Analyse>>(&*look) : nullptr) {
        analyse(std::move(*permit));
    }
    auto who = gate.ask(law::Identify{
        CameraId::literal("gate"), "face_verification", "consenting", "staff"});
    if (auto* permit = who ? std::get_if<law::Permit<law::Identify>>(&*who) : nullptr) {
        identify(std::move(*permit));
    }
}
