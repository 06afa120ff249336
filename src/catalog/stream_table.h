#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <soci/soci.h>

#include <proviso/base/guarded.h>
#include <proviso/base/id.h>

namespace proviso::catalog {

/// A row of `streams`.
struct Stream {
    long long number = 0;
    long long longest_us = 0;  ///< of its closed segments, ever
};

std::optional<Stream> find_stream(
    soci::session& session, const CameraId& camera, std::string_view stream
);

/// The numbers of streams, found or made within one transaction. What a transaction learned is
/// kept for later ones only by keep(), after its commit. Thread-safe between transactions.
class StreamNumbers {
public:
    using Learned = std::map<std::pair<std::string, std::string>, long long>;

    long long find_or_make(
        soci::session& session, const CameraId& camera, std::string_view stream, Learned& learned
    );

    void keep(const Learned& learned);
    void forget();

private:
    Guarded<Learned> known_;
};

}  // namespace proviso::catalog
