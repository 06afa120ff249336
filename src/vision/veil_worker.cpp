#include "veil_worker.h"

#include <array>
#include <csignal>

#include <poll.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/workers/messages.h>
#include <proviso/workers/sandbox.h>

#include "veil_engine.h"

namespace proviso::vision {
namespace {

using workers::RecordHeader;
using workers::RingMemory;

constexpr int kGreetingTimeout = 10'000;  // ms
constexpr int kBeat = 100;
constexpr int kNoRoom = 2;
constexpr std::uint64_t kMostFile = 512ULL << 20U;
constexpr std::uint64_t kMostConfig = 16ULL << 20U;

Result<Bytes> read_fd(const UniqueFd& fd, std::uint64_t size, std::uint64_t most) {
    if (size > most) return Error(ErrorKind::TooLarge, "a file is larger than is read");
    Bytes content(static_cast<std::size_t>(size));
    PROVISO_TRY(pread_exact(fd.get(), content, 0));
    return content;
}

/// The config, with the files that came with it: nothing can be opened here.
Result<VeilConfig> config_of(
    std::uint64_t size, const std::vector<PassedFile>& files, const std::vector<UniqueFd>& fds
) {
    if (fds.size() != files.size() + 1) return workers::malformed();
    auto bytes = PROVISO_TRY(read_fd(fds[0], size, kMostConfig));
    auto config = PROVISO_TRY(decode_veil_config(bytes));
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto content = PROVISO_TRY(read_fd(fds[i + 1], files[i].size, kMostFile));
        config.files[files[i].name] = std::make_shared<const Bytes>(std::move(content));
    }
    return config;
}

}  // namespace

Result<std::unique_ptr<VeilWorker>> VeilWorker::create(UniqueFd control, VeilMaker make) {
    workers::ControlChannel channel(std::move(control));
    pollfd ready{channel.fd(), POLLIN, 0};
    ::poll(&ready, 1, kGreetingTimeout);
    auto received = PROVISO_TRY(channel.receive());
    if (!received) return Error(ErrorKind::Timeout, "the server does not greet");
    auto message = PROVISO_TRY(decode_veil_message(received->bytes));
    const auto* greeting = std::get_if<VeilGreeting>(&message);
    if (greeting == nullptr || greeting->version != kVeilProtocol || received->fds.size() != 4) {
        return Error(ErrorKind::Internal, "the server and the worker are of different versions");
    }
    auto orders = PROVISO_TRY(RingMemory::open(std::move(received->fds[0])));
    auto answers = PROVISO_TRY(RingMemory::open(std::move(received->fds[1])));
    return std::unique_ptr<VeilWorker>(new VeilWorker(
        std::move(channel),
        std::move(orders),
        std::move(answers),
        std::move(received->fds[2]),
        std::move(received->fds[3]),
        std::move(make)
    ));
}

VeilWorker::VeilWorker(
    workers::ControlChannel control,
    RingMemory orders,
    RingMemory answers,
    UniqueFd wake_me,
    UniqueFd wake_server,
    VeilMaker make
)
    : make_(std::move(make)),
      control_(std::move(control)),
      orders_(std::move(orders)),
      answers_(std::move(answers)),
      wake_me_(std::move(wake_me)),
      wake_server_(std::move(wake_server)) {
    if (make_) return;
    make_ = [this](const VeilConfig& config) -> Result<std::unique_ptr<Veil>> {
        return std::unique_ptr<Veil>(PROVISO_TRY(VeilEngine::create(config, &parts_)));
    };
}

void VeilWorker::run() {
    for (;;) {
        beat();
        if (!read_control()) return;
        bool worked = false;
        // What was said before the session begins waits in the ring.
        if (veil_ && !read_order(worked)) return;
        if (!worked) wait(kBeat);
    }
}

bool VeilWorker::read_control() {
    for (;;) {
        auto received = control_.receive();
        if (!received) return false;
        if (!*received) return true;
        auto message = decode_veil_message((*received)->bytes);
        if (!message) return false;
        Result<> obeyed;
        if (auto* wanted = std::get_if<VeilWarm>(&*message)) {
            // What cannot be warmed shows again when it is asked for.
            (void)warm(*wanted, std::move((*received)->fds));
        }
        if (auto* wanted = std::get_if<VeilBegin>(&*message)) {
            obeyed = begin(*wanted, std::move((*received)->fds));
        }
        if (obeyed) continue;
        RecordHeader header;
        header.kind = static_cast<std::uint32_t>(VeilAnswer::Trouble);
        header.flags = static_cast<std::uint32_t>(obeyed.error().kind());
        if (!answer(header, as_bytes(obeyed.error().story()))) return false;
    }
}

Result<> VeilWorker::warm(const VeilWarm& message, std::vector<UniqueFd> fds) {
    auto config = PROVISO_TRY(config_of(message.config_size, message.files, fds));
    parts_ = PROVISO_TRY(PeopleParts::make(config));
    return {};
}

Result<> VeilWorker::begin(const VeilBegin& message, std::vector<UniqueFd> fds) {
    if (veil_) return workers::malformed();
    auto config = PROVISO_TRY(config_of(message.config_size, message.files, fds));
    veil_ = PROVISO_TRY(make_(config));
    return {};
}

bool VeilWorker::read_order(bool& worked) {
    auto record = orders_.next();
    if (!record) return false;
    if (!*record) return true;
    worked = true;
    if (!obey(**record)) return false;
    orders_.done();
    return give_out();
}

Result<> VeilWorker::obey(const workers::RingReader::Record& record) {
    const auto& header = record.header;
    answers_.working_on(1);
    switch (VeilOrder(header.kind)) {
        case VeilOrder::Parameters: {
            auto parameters = PROVISO_TRY(workers::decode_parameters(record.copy()));
            codec_ = std::make_shared<const media::CodecParameters>(std::move(parameters));
            break;
        }
        case VeilOrder::Picture:
            if (codec_) push(header, record.copy());
            break;
        case VeilOrder::Tell:
            veil_->tell(header.pts, PROVISO_TRY(decode_boxes(record.copy())));
            break;
        case VeilOrder::Finish: {
            (void)veil_->finish();
            if (!give_out()) return workers::malformed();
            RecordHeader done;
            done.kind = static_cast<std::uint32_t>(VeilAnswer::Done);
            if (!answer(done, {})) return workers::malformed();
            break;
        }
        default: return workers::malformed();
    }
    beat();
    return {};
}

/// What was lost of a damaged packet is told by the records.
void VeilWorker::push(const RecordHeader& header, Bytes data) {
    media::Packet packet;
    packet.codec = codec_;
    packet.key_frame = (header.flags & workers::kKeyFrame) != 0;
    packet.discontinuity = (header.flags & workers::kDiscontinuity) != 0;
    packet.dts = header.dts;
    packet.pts = header.pts;
    packet.wall = Timestamp(microseconds(header.mono_us));
    packet.data = std::move(data);
    (void)veil_->push(packet);
}

bool VeilWorker::give_out() {
    while (auto one = veil_->next()) {
        if (one->packet && !give_packet(*one)) return false;
        if (!one->record) continue;
        RecordHeader header;
        header.kind = static_cast<std::uint32_t>(VeilAnswer::Record);
        if (!answer(header, encode(*one->record))) return false;
    }
    return true;
}

bool VeilWorker::give_packet(const MaskedPacket& one) {
    const auto& packet = *one.packet;
    RecordHeader header;
    if (packet.codec != told_codec_) {
        told_codec_ = packet.codec;
        header.kind = static_cast<std::uint32_t>(VeilAnswer::Parameters);
        if (!answer(header, workers::encode(*packet.codec))) return false;
    }
    header.kind = static_cast<std::uint32_t>(VeilAnswer::Picture);
    header.flags = (packet.key_frame ? workers::kKeyFrame : 0U) |
                   (packet.discontinuity ? workers::kDiscontinuity : 0U) |
                   (one.passed ? kPassed : 0U);
    header.dts = packet.dts;
    header.pts = packet.pts;
    return answer(header, packet.data);
}

/// Waits for room: a server that takes its time holds this worker back, and nothing is lost.
bool VeilWorker::answer(RecordHeader header, ByteView payload) {
    if (payload.size() > workers::kMaxPayload) return true;
    header.size = static_cast<std::uint32_t>(payload.size());
    while (!answers_.write(header, payload)) {
        beat();
        std::array<pollfd, 1> ready{pollfd{control_.fd(), POLLIN, 0}};
        ::poll(ready.data(), ready.size(), kNoRoom);
        // It says nothing in the middle of a session: readable means gone.
        if ((ready[0].revents & (POLLHUP | POLLERR)) != 0) return false;
    }
    if (!answers_.reader_must_be_woken()) return true;
    std::uint64_t one = 1;
    (void)!::write(wake_server_.get(), &one, sizeof(one));
    return true;
}

void VeilWorker::wait(int milliseconds) {
    beat();
    if (veil_ && !orders_.may_sleep()) return;
    std::array<pollfd, 2> ready{
        pollfd{wake_me_.get(), POLLIN, 0}, pollfd{control_.fd(), POLLIN, 0}};
    ::poll(ready.data(), ready.size(), milliseconds);
    std::uint64_t count = 0;
    if (ready[0].revents != 0) (void)!::read(wake_me_.get(), &count, sizeof(count));
    orders_.awake();
}

int run_veil_worker(int control_fd, const VeilMaker& make_veil) {
    // A terminal's Ctrl-C goes to the whole group; the server decides when the worker ends.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    auto result = [&]() -> Result<> {
        PROVISO_TRY(workers::shed_inheritance(control_fd));
        auto worker = PROVISO_TRY(VeilWorker::create(UniqueFd(control_fd), make_veil));
        PROVISO_TRY(workers::enter_sandbox(workers::Reach::Nothing));
        worker->run();
        return {};
    }();
    if (result) return 0;
    log_error("the veil worker cannot run: {}", result.error().story());
    return 1;
}

}  // namespace proviso::vision
