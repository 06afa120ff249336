#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

/// The process that is killed: it records some cameras and tells in shared memory what it did.
namespace proviso::crash {

inline constexpr int kStreams = 8;

/// Times are wall clock, microseconds since 1970; 0: not yet.
struct Told {
    struct Stream {
        std::atomic<std::int64_t> recovered_to{0};  ///< end of what an earlier process left
        std::atomic<std::int64_t> first_key{0};     ///< first key frame handed to the recorder
        std::atomic<std::int64_t> last_fed{0};      ///< end of the last picture handed to it
    };

    std::atomic<std::int64_t> opened_us{0};     ///< since the process began: recorder opened
    std::atomic<std::int64_t> recording_us{0};  ///< all streams recorded
    std::atomic<std::int64_t> acknowledged{0};  ///< ledger entries of the test
    Stream streams[kStreams];
};

/// Never returns normally: it records until it is killed. An exit code says what went wrong.
int record_until_killed(const std::filesystem::path& folder, Told& told);

}  // namespace proviso::crash
