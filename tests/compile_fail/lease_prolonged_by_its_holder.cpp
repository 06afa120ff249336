// Who holds a permit cannot reach its lease to prolong it.
#include <proviso/law/permit.h>

using namespace proviso;

void prolong(law::Permit<law::Capture>& permit) { permit.lease_->not_after_mono_us = INT64_MAX; }
