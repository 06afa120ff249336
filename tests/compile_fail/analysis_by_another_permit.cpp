// Who may look for motion may not identify people.
#include <proviso/law/permit.h>

using namespace proviso;

void identify(law::Permit<law::Identify> permit);

void cheat(law::Permit<law::Analyse> permit) { identify(std::move(permit)); }
