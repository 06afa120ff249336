// A permit has one holder.
#include <proviso/law/permit.h>

using namespace proviso;

auto twin(const law::Permit<law::Capture>& permit) { return law::Permit<law::Capture>(permit); }
