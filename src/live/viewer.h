#pragma once

#include <deque>
#include <mutex>

#include <proviso/live/hub.h>

namespace proviso::live {

/// The queue of one viewer. Thread-safe.
class Viewer {
public:
    Viewer(std::shared_ptr<const law::Permit<law::View>> permit, std::function<void()> wake);

    /// What is already there when the viewer comes; it may be longer than the bound.
    void greet(const std::vector<Piece>& pieces);
    /// Queues a piece and wakes the viewer if its queue was empty.
    void offer(const Piece& piece, MonoTime now);
    void end(std::string_view words);

    std::optional<Piece> next(MonoTime now);
    std::optional<std::string> ended(MonoTime now);
    std::uint64_t dropped() const;

private:
    void drop_queue();
    void check_permit(MonoTime now);

    const std::shared_ptr<const law::Permit<law::View>> permit_;
    const std::function<void()> wake_;
    mutable std::mutex mutex_;
    std::deque<Piece> pieces_;
    std::size_t bytes_ = 0;
    std::int64_t behind_ = 0;   ///< 90 kHz queued since the greeting
    std::size_t greeting_ = 0;  ///< pieces in front that came with the greeting
    bool need_key_frame_ = true;
    std::uint64_t dropped_ = 0;
    std::optional<std::string> ended_;
};

}  // namespace proviso::live
