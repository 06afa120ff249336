#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <proviso/crypto/secret.h>

namespace proviso::recognise {

/// An embedding of length one in locked memory, with its form in bytes for the scan.
class Query {
public:
    /// Nothing unless `embedding` has `dimensions` finite numbers and a length.
    static std::optional<Query> from(std::span<const float> embedding, std::size_t dimensions);

    std::span<const float> unit() const;
    std::span<const std::int8_t> codes() const;

    float scale() const { return scale_; }

    /// Length of what the bytes lose.
    float error() const { return error_; }

private:
    Query() = default;

    crypto::SecretBytes memory_;
    std::size_t dimensions_ = 0;
    float scale_ = 0;
    float error_ = 0;
};

/// All templates of a gallery in locked memory. A scan of one byte a number finds whatever may
/// reach the threshold, and the exact product decides: nothing is missed. What is removed is
/// overwritten at once. Not thread-safe.
class TemplateIndex {
public:
    struct Hit {
        std::uint32_t owner = 0;
        float score = 0;  ///< cosine
    };

    explicit TemplateIndex(std::size_t dimensions);

    void reserve(std::size_t templates);
    void add(std::uint32_t owner, const Query& unit);
    /// All templates of an owner; how many there were.
    std::size_t remove(std::uint32_t owner);

    std::size_t size() const { return owners_.size(); }

    /// The best of those from `threshold` upwards whose owner `counts`.
    std::optional<Hit> best(
        const Query& query, float threshold, const std::function<bool(std::uint32_t)>& counts
    ) const;
    /// The best score among the templates of one owner; nothing if there are none.
    std::optional<float> best_of(const Query& query, std::uint32_t owner) const;

private:
    std::span<const float> unit(std::size_t row) const;
    float product(const Query& query, std::size_t row) const;

    std::size_t dimensions_;
    std::size_t stride_;  ///< bytes of the codes of one template
    std::size_t capacity_ = 0;
    crypto::SecretBytes codes_;
    crypto::SecretBytes floats_;
    std::vector<float> scales_;
    std::vector<float> errors_;
    std::vector<std::uint32_t> owners_;
};

}  // namespace proviso::recognise
