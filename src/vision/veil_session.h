#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include <proviso/base/worker.h>
#include <proviso/vision/veil_pool.h>

#include "veil_process.h"

namespace proviso::vision {

/// A session as the pool makes it. Its pump takes what the worker gives and believes none of it:
/// every packet must be one that was pushed, and gets its times from here.
class VeilSessionInside final : public VeilSession {
public:
    using Ended = std::function<void()>;
    using Replace = std::function<Result<std::unique_ptr<VeilProcess>>()>;

    VeilSessionInside(
        const VeilPoolOptions& pool,
        VeilConfig config,
        VeilSessionOptions options,
        std::shared_ptr<VeilProcess> process,
        Replace replace,
        Ended ended
    );
    ~VeilSessionInside() override;

    Result<> push(media::PacketPtr packet, milliseconds patience) override;
    void offer(media::PacketPtr packet) override;
    void tell(std::int64_t pts, std::span<const behaviour::Box> boxes) override;
    void finish() override;
    std::optional<MaskedPacket> next(milliseconds patience) override;
    VeilState state() const override;

private:
    struct Sent {
        Timestamp wall;
        MonoTime mono;
        std::uint32_t rtp = 0;
    };

    // veil_session.cpp
    bool write(const media::PacketPtr& packet);
    bool write_locked(const media::PacketPtr& packet);
    void run(const std::stop_token& stop);
    Result<> read_answers();
    Result<> take(const workers::RingReader::Record& record);
    Result<> take_picture(const workers::RingReader::Record& record);
    void give(MaskedPacket packet);
    bool room() const;
    void end(std::optional<Error> error);
    void lose(const Error& why, const std::stop_token& stop);

    const VeilPoolOptions pool_;
    const VeilConfig config_;
    const VeilSessionOptions options_;
    const Replace replace_;
    const Ended ended_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<VeilProcess> process_;
    std::map<std::int64_t, Sent> sent_;  ///< by pts
    std::shared_ptr<const media::CodecParameters> told_codec_;
    std::deque<MaskedPacket> waiting_;
    VeilState state_;
    bool need_key_ = true;
    bool finish_asked_ = false;
    bool finish_told_ = false;

    // of the pump
    std::shared_ptr<const media::CodecParameters> codec_;
    std::uint64_t given_by_this_ = 0;

    Worker pump_;
};

}  // namespace proviso::vision
