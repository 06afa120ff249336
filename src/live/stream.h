#pragma once

#include <atomic>
#include <mutex>

#include "muxer.h"
#include "viewer.h"

namespace proviso::live {

/// One stream: its last group of pictures and who watches. Thread-safe.
class Stream {
public:
    explicit Stream(std::atomic<std::size_t>& viewers) : viewer_count_(viewers) {}

    void on_packet(const media::PacketPtr& packet);
    void add(const std::shared_ptr<Viewer>& viewer);
    void remove(const std::shared_ptr<Viewer>& viewer);
    void end(std::string_view words);
    std::shared_ptr<const media::CodecParameters> codec() const;
    std::vector<media::PacketPtr> last_group() const;
    std::size_t viewers() const;

private:
    using Viewers = std::vector<std::shared_ptr<Viewer>>;

    bool keep(const media::PacketPtr& packet);
    void mux_kept(std::vector<Piece>& out);

    std::atomic<std::size_t>& viewer_count_;
    mutable std::mutex mutex_;
    std::shared_ptr<const media::CodecParameters> codec_;
    std::vector<media::PacketPtr> kept_;  ///< since the last key frame; empty: wait for one
    std::size_t kept_bytes_ = 0;
    /// Only while somebody watches: the same pictures muxed, behind their init segment.
    std::optional<Muxer> muxer_;
    std::vector<Piece> pieces_;
    /// Replaced, never changed, so that packets are handed out without the lock.
    std::shared_ptr<const Viewers> viewers_ = std::make_shared<const Viewers>();
    std::optional<std::string> ended_;
};

}  // namespace proviso::live
