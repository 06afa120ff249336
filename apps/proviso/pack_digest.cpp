// Run while Proviso is built: which packs belong to this program, as a header for house.cpp.
#include <cstdio>

#include <proviso/law/pack_shelf.h>

namespace {

int write_header(const char* folder) {
    auto packs = proviso::law::read_pack_folder(folder);
    auto compiled =
        packs ? proviso::law::compile(*packs)
              : proviso::Result<std::shared_ptr<const proviso::policy::PackSet>>(packs.error());
    if (!compiled) {
        std::fprintf(stderr, "%s\n", compiled.error().story().c_str());
        return 1;
    }
    std::printf(
        "#pragma once\n\nnamespace proviso::app {\n\n/// digest_of() the packs this program was "
        "built with.\ninline constexpr auto kShippedPacks = \"%s\";\n\n}  // namespace "
        "proviso::app\n",
        proviso::law::digest_of(*packs).c_str()
    );
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    try {
        return write_header(argv[1]);
    } catch (...) {
        return 1;
    }
}
