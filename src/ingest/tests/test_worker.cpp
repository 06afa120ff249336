#include <proviso/ingest/worker.h>

int main() { return proviso::ingest::run_ingest_worker(proviso::ingest::kWorkerControlFd); }
