#pragma once

#include <map>
#include <memory>

#include <proviso/vision/worker.h>
#include <proviso/workers/channel.h>
#include <proviso/workers/ring.h>

#include "eye_messages.h"
#include "look_queue.h"

namespace proviso::vision {

/// The inside of a vision worker: one thread, many cameras. Takes in all that came, then looks at
/// one packet, in turn, so that no camera waits for more than one look of each other.
class EyeWorker {
public:
    /// Waits for the server's first message.
    static Result<std::unique_ptr<EyeWorker>> create(
        UniqueFd control, EyeMaker make_eye, const Clock& clock
    );

    /// Returns when the server is gone.
    void run();

private:
    struct Looking {
        std::unique_ptr<Eye> eye;
        std::shared_ptr<const media::CodecParameters> codec;
        LookQueue queue;
    };

    EyeWorker(
        workers::ControlChannel control,
        workers::RingMemory packets,
        workers::RingMemory answers,
        UniqueFd wake_me,
        UniqueFd wake_server,
        EyeMaker make_eye,
        const Clock& clock
    );

    bool read_control();
    void obey(EyeMessage message, std::vector<UniqueFd> fds);
    void start(StartLook start, std::vector<UniqueFd> fds);
    void picture(const WantPicture& want);
    void faces(const ReadFaces& wanted, std::vector<UniqueFd> fds);
    bool read_packets();
    bool look_once();
    void examine(std::uint32_t id, Looking& looking, const media::Packet& packet);
    void answer(AnswerRecord kind, std::uint32_t look, std::uint64_t request, ByteView payload);
    void wait();

    const Clock& clock_;
    const EyeMaker make_eye_;
    workers::ControlChannel control_;
    workers::RingReader packets_;
    workers::RingWriter answers_;
    UniqueFd wake_me_;
    UniqueFd wake_server_;
    std::map<std::uint32_t, Looking> looks_;
    std::uint32_t turn_ = 0;  ///< whose turn it was last
};

}  // namespace proviso::vision
