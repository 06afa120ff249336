#include <document_reader.h>

#include "../target.h"

namespace {

using namespace proviso;
using namespace proviso::registers;

Json shown(const Document& document) {
    if (const auto* camera = std::get_if<CameraDocument>(&document)) return to_json(camera->camera);
    if (const auto* site = std::get_if<Site>(&document)) return to_json(*site);
    if (const auto* purpose = std::get_if<Purpose>(&document)) return to_json(*purpose);
    return to_json(std::get<Record>(document));
}

}  // namespace

PROVISO_FUZZ_TARGET(register_document) {
    auto parsed = parse_yaml(as_text(bytes));
    if (!parsed) return;
    for (const auto& json : *parsed) {
        auto document = read_document(json, "document");
        if (!document) continue;
        auto first = shown(*document);
        auto again = parse_yaml_document(to_document_yaml(first));
        fuzz::expect(again.has_value(), "what is shown cannot be read");
        auto read = read_document(*again, "document");
        fuzz::expect(read.has_value(), "what is shown cannot be applied");
        fuzz::expect(shown(*read) == first, "what is shown means something else");
    }
}
