#include <proviso/catalog/catalog.h>

#include "../target.h"

PROVISO_FUZZ_TARGET(catalog_index) {
    using namespace proviso;
    auto text = as_text(bytes);
    auto fragments = catalog::unpack_index(text);
    if (!fragments) return;
    fuzz::expect(catalog::pack_index(*fragments) == text, "two texts, one meaning");
}
