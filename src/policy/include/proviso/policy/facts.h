#pragma once

#include <memory>
#include <string>

#include <proviso/base/document.h>
#include <proviso/base/time.h>

namespace proviso::policy {

/// The facts of one question, in the format of docs/reference/facts.md, made ready for
/// evaluation. What is not stated, or stated as null, is unknown.
class Facts {
public:
    /// Strict: unknown keys, and values outside the vocabulary, are errors with the nearest name.
    static Result<Facts> from_json(const Json& document);
    Facts(const Facts& other);
    Facts& operator=(const Facts& other);
    Facts(Facts&&) noexcept;
    Facts& operator=(Facts&&) noexcept;
    ~Facts();

    /// These facts, with whatever `question` states in place of what they state: one camera,
    /// many questions.
    Facts with(const Facts& question) const;

    /// The facts in their canonical form: only what is stated, lists sorted.
    Json to_json() const;

    /// SHA-256 of the canonical facts, hexadecimal: what a decision refers to. Computed on call.
    std::string digest() const;

    struct Inside;

    const Inside& inside() const { return *inside_; }

private:
    explicit Facts(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::policy
