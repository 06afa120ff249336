// Who may look may not record.
#include <proviso/law/permit.h>

using namespace proviso;

void record(law::Permit<law::Capture> permit);

void cheat(law::Permit<law::View> permit) { record(std::move(permit)); }
