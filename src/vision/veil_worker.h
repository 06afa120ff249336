#pragma once

#include <memory>
#include <optional>

#include <proviso/vision/veil_pool.h>
#include <proviso/workers/channel.h>
#include <proviso/workers/ring.h>

#include "veil_messages.h"
#include "veil_people.h"

namespace proviso::vision {

/// The inside of a veil worker: one thread, one session in its life. Takes one packet after the
/// other, and no next one before everything that came of it is in the server's ring.
class VeilWorker {
public:
    /// Waits for the server's first message. Without `make` the product's own veils.
    static Result<std::unique_ptr<VeilWorker>> create(UniqueFd control, VeilMaker make);

    /// Returns when the server is gone.
    void run();

private:
    VeilWorker(
        workers::ControlChannel control,
        workers::RingMemory orders,
        workers::RingMemory answers,
        UniqueFd wake_me,
        UniqueFd wake_server,
        VeilMaker make
    );

    bool read_control();
    Result<> warm(const VeilWarm& message, std::vector<UniqueFd> fds);
    Result<> begin(const VeilBegin& message, std::vector<UniqueFd> fds);
    /// False once the server is gone; `worked` if there was something.
    bool read_order(bool& worked);
    Result<> obey(const workers::RingReader::Record& record);
    void push(const workers::RecordHeader& header, Bytes data);
    bool give_out();
    bool give_packet(const MaskedPacket& packet);
    bool answer(workers::RecordHeader header, ByteView payload);
    void wait(int milliseconds);

    void beat() { answers_.working_on(workers::RingWriter::kNobody); }

    VeilMaker make_;
    workers::ControlChannel control_;
    workers::RingReader orders_;
    workers::RingWriter answers_;
    UniqueFd wake_me_;
    UniqueFd wake_server_;
    PeopleParts parts_;
    std::unique_ptr<Veil> veil_;
    std::shared_ptr<const media::CodecParameters> codec_;
    std::shared_ptr<const media::CodecParameters> told_codec_;
};

}  // namespace proviso::vision
