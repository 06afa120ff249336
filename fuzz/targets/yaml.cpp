#include <proviso/base/document.h>

#include "../target.h"

PROVISO_FUZZ_TARGET(yaml) {
    auto parsed = proviso::parse_yaml(proviso::as_text(bytes));
    if (!parsed) return;
    for (const auto& document : *parsed) {
        auto again = proviso::parse_yaml_document(proviso::to_yaml(document));
        proviso::fuzz::expect(again && *again == document, "YAML that cannot be read again");
    }
}
