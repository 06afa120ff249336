// Who may record a camera may not let a machine look at it.
#include <proviso/law/permit.h>

using namespace proviso;

void analyse(law::Permit<law::Analyse> permit);

void cheat(law::Permit<law::Capture> permit) { analyse(std::move(permit)); }
