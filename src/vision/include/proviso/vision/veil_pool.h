#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include <proviso/vision/veil.h>

namespace proviso::vision {

struct VeilPoolOptions {
    /// What to run as worker, so that it calls run_veil_worker().
    std::filesystem::path worker_program = "/proc/self/exe";
    std::vector<std::string> arguments{"worker", "veil"};
    /// Processes that wait for a session with the models of `usual` loaded.
    int waiting = 2;
    int most_sessions = 32;  ///< one process each
    VeilConfig usual = {};   ///< models and cards that sessions usually ask for
    /// Shared memory each way of a session; powers of two.
    std::size_t ring_bytes = 16U << 20U;
    /// A worker that does nothing though there is work for it, or spends this much processor time
    /// on one packet, is ended.
    milliseconds still_for{2000};
    milliseconds longest_packet{5000};
};

/// What a session has to say for itself; asked at any time.
struct VeilState {
    bool ended = false;          ///< nothing more will come
    std::optional<Error> error;  ///< why it ended too early
    std::uint64_t pushed = 0;
    std::uint64_t shed = 0;   ///< packets that found no room (`offer` only)
    std::uint64_t given = 0;  ///< packets that came back
    std::uint64_t restarts = 0;
    pid_t pid = -1;
};

/// One masked stream, in a worker process of its own. Thread-safe: one thread may push while
/// another takes. Ends when it is destroyed. Whoever holds one holds the permit for what it shows,
/// and lets go of it when the permit ends.
class VeilSession {
public:
    VeilSession() = default;
    VeilSession(const VeilSession&) = delete;
    VeilSession& operator=(const VeilSession&) = delete;
    virtual ~VeilSession() = default;

    /// For who may wait (playback, export): Timeout if there was no room within `patience`; nothing
    /// was taken then, so the same packet can be pushed again. The error of the session once it
    /// ended.
    virtual Result<> push(media::PacketPtr packet, milliseconds patience) = 0;

    /// For who may not (live): never waits. Without room the packet is shed, and all that follow up
    /// to the next key frame.
    virtual void offer(media::PacketPtr packet) = 0;

    /// As Veil::tell.
    virtual void tell(std::int64_t pts, std::span<const behaviour::Box> boxes) = 0;

    /// As Veil::finish: all that was pushed comes out of next(), then it ends.
    virtual void finish() = 0;

    /// The next masked packet, waiting up to `patience`. Nothing: none yet, or ended (see state).
    virtual std::optional<MaskedPacket> next(milliseconds patience) = 0;

    virtual VeilState state() const = 0;
};

/// Called on a thread of the pool, for one session never twice at once; must return quickly and
/// must not destroy the session. At the end once more with neither packet nor record.
using VeilSink = std::function<void(MaskedPacket packet)>;

struct VeilSessionOptions {
    /// Takes what comes instead of next().
    VeilSink sink = {};
    /// A worker that died is replaced and goes on with the next key frame (live). Otherwise its end
    /// is the end of the session (export: half a picture row must not pass for a whole one).
    bool go_on = false;
    /// Packets that wait for next(); beyond, push() waits and offer() sheds.
    std::size_t most_waiting = 64;
    /// 0: as important as the server; larger: nicer (nice(2)). Export: 10.
    int niceness = 5;
};

/// The worker processes that hide people (VIS-22): each is sandboxed, holds no key and can open
/// neither file nor socket; one a session, so that what one camera sends can end only its own
/// session. A crash or a hang never shows a clear picture: nothing but what a worker gave out comes
/// out, and a worker has nothing but masked packets to give, or those whole groups that its rules
/// pass. Thread-safe.
class VeilPool {
public:
    static Result<std::unique_ptr<VeilPool>> open(VeilPoolOptions options);
    VeilPool(const VeilPool&) = delete;
    VeilPool& operator=(const VeilPool&) = delete;
    virtual ~VeilPool() = default;

    /// Takes a waiting process (or starts one). Unavailable if `most_sessions` run already;
    /// NotFound if a model file is not there. What is wrong with the files themselves shows as the
    /// error of the session.
    virtual Result<std::unique_ptr<VeilSession>> begin(
        const VeilConfig& config, VeilSessionOptions options = {}
    ) = 0;

    /// The running worker processes, waiting ones too.
    virtual std::vector<pid_t> pids() const = 0;

protected:
    VeilPool() = default;
};

/// Makes what hides; a test puts another in its place.
using VeilMaker = std::function<Result<std::unique_ptr<Veil>>(const VeilConfig&)>;

/// The main function of a worker process that hides people (`proviso worker veil`): as it is told
/// over the control channel, until the channel closes. Gives up its privileges first: no network,
/// no files, no other process. The result is the exit code.
int run_veil_worker(int control_fd, const VeilMaker& make_veil = {});

}  // namespace proviso::vision
