#include "../target.h"
#include "url.h"

PROVISO_FUZZ_TARGET(source_url) {
    using namespace proviso;
    auto split = ingest::split_url(as_text(bytes));
    if (!split) return;
    auto again = ingest::parse_url(split->url);
    fuzz::expect(again.has_value(), "a URL without its credentials is not a URL");
    for (auto c : again->request) fuzz::expect(c > ' ' && c != 127, "a request line can be ended");
}
