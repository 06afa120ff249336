#include <benchmark/benchmark.h>

#include <proviso/crypto/aead.h>
#include <proviso/crypto/hash.h>
#include <proviso/crypto/secret.h>
#include <proviso/crypto/sign.h>

namespace proviso::crypto {
namespace {

void count_bytes(benchmark::State& state) {
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void seal_fragment_bytes(benchmark::State& state) {
    Bytes text(static_cast<std::size_t>(state.range(0)), 7);
    Bytes out(text.size() + kAeadTagSize);
    Bytes key(32, 1);
    std::array<ByteView, 1> pieces{text};
    for (auto _ : state) {
        benchmark::DoNotOptimize(seal(key, Nonce{}, as_bytes("aad"), pieces, out).has_value());
    }
    count_bytes(state);
}

BENCHMARK(seal_fragment_bytes)->Arg(64)->Arg(4096)->Arg(250'000);

void hash_bytes(benchmark::State& state) {
    Bytes text(static_cast<std::size_t>(state.range(0)), 7);
    for (auto _ : state) benchmark::DoNotOptimize(sha256(text));
    count_bytes(state);
}

BENCHMARK(hash_bytes)->Arg(65)->Arg(4096)->Arg(250'000);

void derive_key(benchmark::State& state) {
    Bytes secret(32, 1);
    Bytes salt(16, 2);
    Bytes info(80, 3);
    Bytes out(32);
    for (auto _ : state) {
        hkdf_sha256(secret, salt, info, out);
        benchmark::DoNotOptimize(out.data());
    }
}

BENCHMARK(derive_key);

void make_secret(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(SecretBytes(32).view().data());
}

BENCHMARK(make_secret);

void sign_note(benchmark::State& state) {
    auto key = SigningKey::generate();
    Bytes note(120, 5);
    for (auto _ : state) benchmark::DoNotOptimize(key.sign(note));
}

BENCHMARK(sign_note);

void verify_note(benchmark::State& state) {
    auto key = SigningKey::generate();
    Bytes note(120, 5);
    auto signature = key.sign(note);
    for (auto _ : state) benchmark::DoNotOptimize(verify(key.public_key(), note, signature));
}

BENCHMARK(verify_note);

}  // namespace
}  // namespace proviso::crypto
