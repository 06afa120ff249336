#pragma once

#include <proviso/base/bytes.h>

/// One entry point for bytes from outside: `PROVISO_FUZZ_TARGET(sdp) { ... uses `bytes` ... }`.
/// Built with clang it is a libFuzzer program; the tests run the same function over its corpus.
namespace proviso::fuzz {

using Target = void (*)(ByteView bytes);

/// Makes a target known under its name; the value means nothing.
int register_target(const char* name, Target target);

/// Ends the program with a sentence: what was found is a mistake, whatever the input.
[[noreturn]] void found(const char* what);

inline void expect(bool holds, const char* what) {
    if (!holds) found(what);
}

/// Takes pieces off the front of the input: 16-bit lengths, then as many bytes as there are.
inline bool next_piece(ByteView& rest, ByteView& piece) {
    if (rest.size() < 2) return false;
    auto size = std::min<std::size_t>(std::size_t{rest[0]} << 8U | rest[1], rest.size() - 2);
    piece = rest.subspan(2, size);
    rest = rest.subspan(2 + size);
    return true;
}

}  // namespace proviso::fuzz

#ifdef PROVISO_LIBFUZZER
#define PROVISO_FUZZ_TARGET(name)                                                       \
    static void fuzz_##name(::proviso::ByteView bytes);                                 \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        fuzz_##name({data, size});                                                      \
        return 0;                                                                       \
    }                                                                                   \
    static void fuzz_##name(::proviso::ByteView bytes)
#else
#define PROVISO_FUZZ_TARGET(name)                             \
    static void fuzz_##name(::proviso::ByteView bytes);       \
    [[maybe_unused]] static const int registered_##name =     \
        ::proviso::fuzz::register_target(#name, fuzz_##name); \
    static void fuzz_##name(::proviso::ByteView bytes)
#endif
