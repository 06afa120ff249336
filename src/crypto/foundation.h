#pragma once

#include <memory>
#include <string_view>

/// What every file of this module stands on.
namespace proviso::crypto {

/// Calls `Free` for an OpenSSL object: `Owned<X509, X509_free>`.
template <auto Free>
struct FreeBy {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

template <class T, auto Free>
using Owned = std::unique_ptr<T, FreeBy<Free>>;

/// Ends the process with a sentence unless `ok`: for what fails only when memory is exhausted or
/// the library is broken, where going on would mean working without protection.
void must(bool ok, std::string_view what);

/// libsodium wants to be initialised before its first use, from whatever thread that is.
void start_sodium();

}  // namespace proviso::crypto
