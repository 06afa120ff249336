#include "template_index.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace proviso::recognise {

namespace {

constexpr std::size_t kBlock = 32;  // bytes that the scan takes at a time
constexpr float kRounding = 1e-5F;  // of sums of floats, far more than they lose

std::size_t stride_of(std::size_t dimensions) {
    return (dimensions + kBlock - 1) / kBlock * kBlock;
}

/// SecretBytes end at a page: whole floats from there backwards are aligned.
const float* floats_at(ByteView bytes) {
    return static_cast<const float*>(static_cast<const void*>(bytes.data()));
}

float* floats_at(MutableByteView bytes) {
    return static_cast<float*>(static_cast<void*>(bytes.data()));
}

float exact_product(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return static_cast<float>(sum);
}

using Scan = void (*)(
    const std::int8_t* rows,
    std::size_t count,
    std::size_t stride,
    const std::int8_t* query,
    std::int32_t* out
);

void scan_plain(
    const std::int8_t* rows,
    std::size_t count,
    std::size_t stride,
    const std::int8_t* query,
    std::int32_t* out
) {
    for (std::size_t row = 0; row < count; ++row, rows += stride) {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < stride; ++i) sum += std::int32_t{rows[i]} * query[i];
        out[row] = sum;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"), always_inline)) inline __m256i load16(const std::int8_t* at) {
    const void* bytes = at;
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(static_cast<const __m128i*>(bytes)));
}

__attribute__((target("avx2"))) void scan_avx2(
    const std::int8_t* rows,
    std::size_t count,
    std::size_t stride,
    const std::int8_t* query,
    std::int32_t* out
) {
    for (std::size_t row = 0; row < count; ++row, rows += stride) {
        auto sum = _mm256_setzero_si256();
        for (std::size_t i = 0; i < stride; i += 16) {
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(load16(rows + i), load16(query + i)));
        }
        auto half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
        out[row] = _mm_cvtsi128_si32(half);
    }
}
#endif

Scan scan_for_this_machine() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") != 0) return scan_avx2;
#endif
    return scan_plain;
}

}  // namespace

std::optional<Query> Query::from(std::span<const float> embedding, std::size_t dimensions) {
    if (dimensions == 0 || embedding.size() != dimensions) return {};
    double square = 0;
    for (auto number : embedding) square += static_cast<double>(number) * number;
    if (!std::isfinite(square) || square < 1e-12) return {};
    auto length = std::sqrt(square);
    Query query;
    query.dimensions_ = dimensions;
    auto stride = stride_of(dimensions);
    query.memory_ = crypto::SecretBytes(stride + dimensions * sizeof(float));
    auto memory = query.memory_.mutable_view();
    std::memset(memory.data(), 0, memory.size());
    auto* unit = floats_at(memory.subspan(stride));
    float largest = 0;
    for (std::size_t i = 0; i < dimensions; ++i) {
        unit[i] = static_cast<float>(embedding[i] / length);
        largest = std::max(largest, std::abs(unit[i]));
    }
    query.scale_ = largest / 127.0F;
    double lost = 0;
    for (std::size_t i = 0; i < dimensions; ++i) {
        auto code = std::lround(unit[i] / query.scale_);
        memory[i] = static_cast<std::uint8_t>(static_cast<std::int8_t>(code));
        auto difference = static_cast<double>(unit[i]) - static_cast<double>(code) * query.scale_;
        lost += difference * difference;
    }
    query.error_ = static_cast<float>(std::sqrt(lost));
    return query;
}

std::span<const float> Query::unit() const {
    return {floats_at(memory_.view().subspan(stride_of(dimensions_))), dimensions_};
}

std::span<const std::int8_t> Query::codes() const {
    const void* codes = memory_.view().data();
    return {static_cast<const std::int8_t*>(codes), stride_of(dimensions_)};
}

TemplateIndex::TemplateIndex(std::size_t dimensions)
    : dimensions_(dimensions), stride_(stride_of(dimensions)) {}

void TemplateIndex::reserve(std::size_t templates) {
    if (templates <= capacity_) return;
    crypto::SecretBytes codes(templates * stride_);
    crypto::SecretBytes floats(templates * dimensions_ * sizeof(float));
    std::ranges::copy(codes_.view(), codes.mutable_view().begin());
    std::ranges::copy(floats_.view(), floats.mutable_view().begin());
    codes_ = std::move(codes);
    floats_ = std::move(floats);
    capacity_ = templates;
}

void TemplateIndex::add(std::uint32_t owner, const Query& unit) {
    if (size() == capacity_) reserve(std::max<std::size_t>(16, capacity_ * 2));
    auto row = size();
    std::memcpy(codes_.mutable_view().subspan(row * stride_).data(), unit.codes().data(), stride_);
    std::ranges::copy(unit.unit(), floats_at(floats_.mutable_view()) + row * dimensions_);
    owners_.push_back(owner);
    scales_.push_back(unit.scale());
    errors_.push_back(unit.error());
}

std::size_t TemplateIndex::remove(std::uint32_t owner) {
    std::size_t removed = 0;
    auto codes = codes_.mutable_view();
    auto floats = floats_.mutable_view();
    auto width = dimensions_ * sizeof(float);
    for (std::size_t row = size(); row-- > 0;) {
        if (owners_[row] != owner) continue;
        auto last = size() - 1;
        std::memmove(&codes[row * stride_], &codes[last * stride_], stride_);
        std::memmove(&floats[row * width], &floats[last * width], width);
        std::memset(&codes[last * stride_], 0, stride_);
        std::memset(&floats[last * width], 0, width);
        owners_[row] = owners_[last];
        scales_[row] = scales_[last];
        errors_[row] = errors_[last];
        owners_.pop_back();
        scales_.pop_back();
        errors_.pop_back();
        ++removed;
    }
    return removed;
}

std::span<const float> TemplateIndex::unit(std::size_t row) const {
    return {floats_at(floats_.view()) + row * dimensions_, dimensions_};
}

float TemplateIndex::product(const Query& query, std::size_t row) const {
    return exact_product(query.unit(), unit(row));
}

std::optional<TemplateIndex::Hit> TemplateIndex::best(
    const Query& query, float threshold, const std::function<bool(std::uint32_t)>& counts
) const {
    static const auto scan = scan_for_this_machine();
    constexpr std::size_t kChunk = 1024;
    std::array<std::int32_t, kChunk> sums{};
    std::optional<Hit> best;
    const void* memory = codes_.view().data();
    const auto* codes = static_cast<const std::int8_t*>(memory);
    for (std::size_t first = 0; first < size(); first += kChunk) {
        auto count = std::min(kChunk, size() - first);
        scan(codes + first * stride_, count, stride_, query.codes().data(), sums.data());
        for (std::size_t i = 0; i < count; ++i) {
            auto row = first + i;
            // |q.t - q'.t'| <= |q - q'| |t| + |q'| |t - t'|
            auto lost = query.error() + (1 + query.error()) * errors_[row] + kRounding;
            auto rough = static_cast<float>(sums[i]) * query.scale() * scales_[row];
            if (rough + lost < threshold || !counts(owners_[row])) continue;
            auto score = product(query, row);
            if (score < threshold || (best && score <= best->score)) continue;
            best = {owners_[row], score};
        }
    }
    return best;
}

std::optional<float> TemplateIndex::best_of(const Query& query, std::uint32_t owner) const {
    std::optional<float> best;
    for (std::size_t row = 0; row < size(); ++row) {
        if (owners_[row] != owner) continue;
        auto score = product(query, row);
        if (!best || score > *best) best = score;
    }
    return best;
}

}  // namespace proviso::recognise
