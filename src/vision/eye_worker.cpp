#include "eye_worker.h"

#include <array>
#include <cerrno>

#include <poll.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/vision/picture.h>
#include <proviso/workers/messages.h>

#include "observation_message.h"

namespace proviso::vision {
namespace {

using workers::RingMemory;
using workers::RingWriter;

constexpr std::chrono::seconds kGreetingTimeout{10};
constexpr milliseconds kBeat{100};
constexpr std::uint64_t kMostFile = 512ULL << 20U;

/// Everything that was passed, by name. No file is opened here: it could not be.
Result<ModelFiles> read_passed(
    const std::vector<PassedFile>& files, const std::vector<UniqueFd>& fds
) {
    if (files.size() != fds.size()) return workers::malformed();
    ModelFiles all;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (files[i].size > kMostFile) {
            return Error(ErrorKind::TooLarge, "a model file is larger than 512 MiB");
        }
        auto content = std::make_shared<Bytes>(static_cast<std::size_t>(files[i].size));
        PROVISO_TRY(pread_exact(fds[i].get(), *content, 0).while_doing("read " + files[i].name));
        all[files[i].name] = std::move(content);
    }
    return all;
}

Timestamp wall_of(const workers::RecordHeader& header) {
    auto micros = std::uint64_t{header.reserved} << 32U | header.rtp;
    return Timestamp(microseconds(static_cast<std::int64_t>(micros)));
}

}  // namespace

Result<std::unique_ptr<EyeWorker>> EyeWorker::create(
    UniqueFd control, EyeMaker make_eye, const Clock& clock
) {
    workers::ControlChannel channel(std::move(control));
    pollfd ready{channel.fd(), POLLIN, 0};
    ::poll(&ready, 1, static_cast<int>(milliseconds(kGreetingTimeout).count()));
    auto received = PROVISO_TRY(channel.receive());
    if (!received) return Error(ErrorKind::Timeout, "the server does not greet");
    auto message = PROVISO_TRY(decode_eye_message(received->bytes));
    const auto* greeting = std::get_if<Greeting>(&message);
    if (greeting == nullptr || greeting->version != kVisionVersion || received->fds.size() != 4) {
        return Error(ErrorKind::Internal, "the server and the worker are of different versions");
    }
    auto packets = PROVISO_TRY(RingMemory::open(std::move(received->fds[0])));
    auto answers = PROVISO_TRY(RingMemory::open(std::move(received->fds[1])));
    return std::unique_ptr<EyeWorker>(new EyeWorker(
        std::move(channel),
        std::move(packets),
        std::move(answers),
        std::move(received->fds[2]),
        std::move(received->fds[3]),
        std::move(make_eye),
        clock
    ));
}

EyeWorker::EyeWorker(
    workers::ControlChannel control,
    RingMemory packets,
    RingMemory answers,
    UniqueFd wake_me,
    UniqueFd wake_server,
    EyeMaker make_eye,
    const Clock& clock
)
    : clock_(clock),
      make_eye_(std::move(make_eye)),
      control_(std::move(control)),
      packets_(std::move(packets)),
      answers_(std::move(answers)),
      wake_me_(std::move(wake_me)),
      wake_server_(std::move(wake_server)) {}

void EyeWorker::run() {
    while (read_control() && read_packets()) {
        if (!look_once()) wait();
    }
}

bool EyeWorker::read_control() {
    for (;;) {
        auto received = control_.receive();
        if (!received) return false;
        if (!*received) return true;
        auto message = decode_eye_message((*received)->bytes);
        if (!message) return false;
        obey(std::move(*message), std::move((*received)->fds));
    }
}

void EyeWorker::obey(EyeMessage message, std::vector<UniqueFd> fds) {
    if (auto* wanted = std::get_if<StartLook>(&message)) start(std::move(*wanted), std::move(fds));
    if (auto* unwanted = std::get_if<StopLook>(&message)) looks_.erase(unwanted->look);
    if (auto* wanted = std::get_if<WantPicture>(&message)) picture(*wanted);
    if (auto* wanted = std::get_if<ReadFaces>(&message)) faces(*wanted, std::move(fds));
}

void EyeWorker::start(StartLook start, std::vector<UniqueFd> fds) {
    answers_.working_on(start.look);
    auto& looking = looks_[start.look];
    looking.eye.reset();
    auto opened = [&]() -> Result<> {
        start.config.files = PROVISO_TRY(read_passed(start.files, fds));
        looking.eye = PROVISO_TRY(make_eye_(start.config));
        return {};
    }();
    if (!opened) answer(AnswerRecord::Trouble, start.look, 0, as_bytes(opened.error().story()));
    answers_.working_on(RingWriter::kNobody);
}

void EyeWorker::picture(const WantPicture& want) {
    auto found = looks_.find(want.look);
    answers_.working_on(want.look);
    Bytes jpeg;
    if (found != looks_.end() && found->second.eye) {
        auto made = found->second.eye->masked_picture(static_cast<int>(want.width), want.highlight);
        if (made && made->size() <= kMostJpeg) jpeg = std::move(*made);
    }
    answer(AnswerRecord::Picture, want.look, want.request, jpeg);
    answers_.working_on(RingWriter::kNobody);
}

void EyeWorker::faces(const ReadFaces& wanted, std::vector<UniqueFd> fds) {
    answers_.working_on(RingWriter::kNobody);
    auto read = [&]() -> Result<Bytes> {
        auto config = wanted.config;
        config.files = PROVISO_TRY(read_passed(wanted.files, fds));
        if (wanted.files.empty()) return workers::malformed();
        auto jpeg = config.files[wanted.files.back().name];
        config.files.erase(wanted.files.back().name);
        auto picture = PROVISO_TRY(decode_jpeg(*jpeg));
        auto reader = PROVISO_TRY(FaceReader::open(config));
        FacesRead result{picture.width, picture.height, {}, {}, {}};
        result.faces = PROVISO_TRY(reader->detect(picture));
        if (result.faces.size() > kMostFaces) result.faces.resize(kMostFaces);
        if (reader->embedder_card() != nullptr) result.embedder = reader->embedder_card()->id;
        for (const auto& face : result.faces) {
            bool can = !result.embedder.empty() && !face.points.empty();
            result.templates.push_back(
                can ? reader->embed(picture, face).value_or({}) : std::vector<float>()
            );
        }
        return encode(result);
    }();
    Bytes payload;
    if (read) payload = std::move(*read);
    answer(AnswerRecord::Faces, RingWriter::kNobody, wanted.request, payload);
}

bool EyeWorker::read_packets() {
    for (;;) {
        auto record = packets_.next();
        if (!record) return false;
        if (!*record) return true;
        const auto& header = (*record)->header;
        auto found = looks_.find(header.stream);
        if (found == looks_.end()) {
            // Its start may have been said after the channel was read last.
            if (!read_control()) return false;
            found = looks_.find(header.stream);
        }
        if (found != looks_.end()) {
            auto& looking = found->second;
            if (PacketRecord(header.kind) == PacketRecord::Parameters) {
                auto parameters = workers::decode_parameters((*record)->copy());
                if (!parameters) return false;
                looking.codec =
                    std::make_shared<const media::CodecParameters>(std::move(*parameters));
            } else if (looking.codec) {
                auto packet = std::make_shared<media::Packet>();
                packet->data = (*record)->copy();
                packet->codec = looking.codec;
                packet->key_frame = (header.flags & workers::kKeyFrame) != 0;
                packet->discontinuity = (header.flags & workers::kDiscontinuity) != 0;
                packet->dts = header.dts;
                packet->pts = header.pts;
                packet->mono = MonoTime(microseconds(header.mono_us));
                packet->wall = wall_of(header);
                looking.queue.push(std::move(packet));
            }
        }
        packets_.done();
    }
}

bool EyeWorker::look_once() {
    auto now = clock_.monotonic();
    auto next = looks_.upper_bound(turn_);
    for (std::size_t i = 0; i < looks_.size(); ++i, ++next) {
        if (next == looks_.end()) next = looks_.begin();
        auto& looking = next->second;
        auto packet = looking.queue.pop(now);
        if (!packet) continue;
        turn_ = next->first;
        if (looking.eye) examine(next->first, looking, *packet);
        return true;
    }
    return false;
}

void EyeWorker::examine(std::uint32_t id, Looking& looking, const media::Packet& packet) {
    answers_.working_on(id);
    auto seen = looking.eye->look(packet);
    // Damaged pictures are the camera's matter: the next one may be whole.
    if (seen && *seen) {
        (*seen)->skipped += looking.queue.shed();
        auto message = encode(**seen);
        for (auto& face : (*seen)->faces) {
            std::fill(face.embedding.begin(), face.embedding.end(), 0.0F);
        }
        answer(AnswerRecord::Observation, id, 0, message);
    }
    answers_.working_on(RingWriter::kNobody);
}

void EyeWorker::answer(
    AnswerRecord kind, std::uint32_t look, std::uint64_t request, ByteView payload
) {
    workers::RecordHeader header;
    header.kind = static_cast<std::uint32_t>(kind);
    header.stream = look;
    header.size = static_cast<std::uint32_t>(payload.size());
    header.pts = static_cast<std::int64_t>(request);
    // A server that does not read for so long has lost more than this.
    (void)answers_.write(header, payload);
    if (!answers_.reader_must_be_woken()) return;
    std::uint64_t one = 1;
    (void)!::write(wake_server_.get(), &one, sizeof(one));
}

void EyeWorker::wait() {
    answers_.working_on(RingWriter::kNobody);
    if (!packets_.may_sleep()) return;
    std::array<pollfd, 2> ready{
        pollfd{wake_me_.get(), POLLIN, 0}, pollfd{control_.fd(), POLLIN, 0}};
    ::poll(ready.data(), ready.size(), static_cast<int>(kBeat.count()));
    std::uint64_t count = 0;
    if (ready[0].revents != 0) (void)!::read(wake_me_.get(), &count, sizeof(count));
    packets_.awake();
}

}  // namespace proviso::vision
