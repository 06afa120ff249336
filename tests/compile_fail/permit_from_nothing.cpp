// There is no empty permit to begin with.
#include <proviso/law/permit.h>

using namespace proviso;

law::Permit<law::Capture> permit{};
