#include <proviso/base/document.h>

#include "../target.h"

PROVISO_FUZZ_TARGET(json) {
    auto parsed = proviso::parse_json(proviso::as_text(bytes));
    if (parsed) {
        auto again = proviso::parse_json(parsed->dump());
        proviso::fuzz::expect(again && *again == *parsed, "JSON that cannot be read again");
    }
}
