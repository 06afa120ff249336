#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace proviso {

/// What sort of failure it was; the HTTP status and the exit code follow from it.
enum class ErrorKind {
    InvalidInput,  ///< the caller gave something wrong; retrying changes nothing
    NotFound,      ///< no such thing, or not for this caller (deliberately the same)
    Conflict,      ///< it exists already, or changed meanwhile
    Unauthorized,  ///< nobody is signed in
    Forbidden,     ///< signed in, but not allowed
    Refused,       ///< the law's answer was no and the caller cannot go on
    Unavailable,   ///< something outside is not there now; retrying may help
    NoSpace,       ///< the storage is full
    Corrupt,       ///< bytes at rest are not what was written
    Timeout,       ///< took longer than allowed
    TooLarge,      ///< over a stated limit
    Internal,      ///< our mistake
};

std::string_view to_string(ErrorKind kind);

/// A failure with its story. `message` is one sentence without personal data or secrets;
/// `next_step` says what a person can do about it.
class Error {
public:
    Error(ErrorKind kind, std::string message, std::string next_step = {})
        : kind_(kind), message_(std::move(message)), next_step_(std::move(next_step)) {}

    ErrorKind kind() const { return kind_; }

    const std::string& message() const { return message_; }

    const std::string& next_step() const { return next_step_; }

    /// "seal segment: write fragment: no space left": the way back up, outermost first.
    std::string story() const;

    Error while_doing(std::string_view what) &&;

private:
    ErrorKind kind_;
    std::string message_;
    std::string next_step_;
    std::vector<std::string> doing_;  // innermost first
};

/// An InvalidInput error.
Error invalid_input(std::string message, std::string next_step = {});

/// An error from `errno`, with the kind that fits it (ENOSPC/EDQUOT -> NoSpace, ENOENT -> NotFound,
/// ...).
Error errno_error(std::string_view what, int error_number);

struct Unit {
    friend constexpr bool operator==(Unit, Unit) { return true; }
};

/// A value or an Error. Shaped like std::expected so that it can become one;
/// marked nodiscard so that no caller can lose a failure by accident.
template <class T = Unit>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result()
        requires std::is_same_v<T, Unit>
        : state_(std::in_place_index<0>) {}

    // NOLINTNEXTLINE(google-explicit-constructor): a return should read plainly.
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}

    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const { return state_.index() == 0; }

    explicit operator bool() const { return has_value(); }

    T& value() & { return std::get<0>(state_); }

    const T& value() const& { return std::get<0>(state_); }

    T&& value() && { return std::get<0>(std::move(state_)); }

    T& operator*() & { return value(); }

    const T& operator*() const& { return value(); }

    /// By value, so that `for (auto& one : *list())` does not outlive what it walks.
    T operator*() && { return std::move(*this).value(); }

    T* operator->() { return &value(); }

    const T* operator->() const { return &value(); }

    const Error& error() const& { return std::get<1>(state_); }

    Error&& error() && { return std::get<1>(std::move(state_)); }

    T value_or(T fallback) && {
        return has_value() ? std::move(*this).value() : std::move(fallback);
    }

    template <class F>
    auto and_then(F&& f) && -> std::invoke_result_t<F, T&&> {
        if (!has_value()) return std::move(*this).error();
        return std::invoke(std::forward<F>(f), std::move(*this).value());
    }

    template <class F>
    auto transform(F&& f) && -> Result<std::invoke_result_t<F, T&&>> {
        if (!has_value()) return std::move(*this).error();
        return std::invoke(std::forward<F>(f), std::move(*this).value());
    }

    Result while_doing(std::string_view what) && {
        if (has_value()) return std::move(*this);
        return std::move(*this).error().while_doing(what);
    }

private:
    std::variant<T, Error> state_;
};

}  // namespace proviso

/// Not inside a braced list or after another argument that must be destroyed: g++ 12 forgets what
/// a full expression has made so far when a statement expression in it returns (asan says so).
/// Evaluates to the value, or returns the error from the enclosing function.
#define PROVISO_TRY(expression) \
    PROVISO_TRY_NAMED(PROVISO_TRY_CONCAT(proviso_try_, __COUNTER__), expression)
#define PROVISO_TRY_CONCAT(a, b) PROVISO_TRY_CONCAT_2(a, b)
#define PROVISO_TRY_CONCAT_2(a, b) a##b
#define PROVISO_TRY_NAMED(name, expression)        \
    __extension__({                                \
        auto name = (expression);                  \
        if (!name) return std::move(name).error(); \
        std::move(name).value();                   \
    })
