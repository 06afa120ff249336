// An analyser cannot be called without having asked.
#include <proviso/law/permit.h>

using namespace proviso;

void analyse(law::Permit<law::Analyse> permit);

void cheat() { analyse(law::Analyse{CameraId::literal("gate"), "motion"}); }
