#include <algorithm>

#include "control.h"

namespace proviso::ingest {
namespace {

constexpr std::uint8_t kHello = 1;
constexpr std::uint8_t kStart = 2;
constexpr std::uint8_t kStop = 3;
constexpr std::uint8_t kSetSound = 4;
constexpr std::uint8_t kHeartbeat = 16;
constexpr std::uint8_t kReport = 17;

using workers::Fields;
using workers::malformed;
using workers::put_text;

struct Encoder {
    ByteWriter& write;

    void operator()(const Hello& hello) const { write.u8(kHello).u32(hello.version); }

    void operator()(const StartStream& start) const {
        const auto& spec = start.spec;
        write.u8(kStart).u32(start.stream);
        put_text(write, spec.url);
        put_text(write, spec.user);
        put_text(write, spec.password.view());
        put_text(write, spec.certificate_sha256);
        write.u8(spec.transport == Transport::Udp ? 1 : 0);
        write.u8(spec.accept_any_certificate ? 1 : 0);
        write.u8(spec.sound ? 1 : 0);
    }

    void operator()(const StopStream& stop) const { write.u8(kStop).u32(stop.stream); }

    void operator()(const SetSound& set) const {
        write.u8(kSetSound).u32(set.stream).u8(set.wanted ? 1 : 0);
    }

    void operator()(const Heartbeat&) const { write.u8(kHeartbeat); }

    void operator()(const StreamReport& report) const {
        write.u8(kReport).u32(report.stream).u8(static_cast<std::uint8_t>(report.state));
        put_text(write, std::string_view(report.cause).substr(0, kMaxCause));
        write.u64(report.lost).u64(report.dropped).u64(report.reconnects);
        write.u8(report.camera_clock_ahead ? 1 : 0);
        auto ahead = report.camera_clock_ahead.value_or(microseconds(0)).count();
        write.u64(static_cast<std::uint64_t>(ahead));
        write.u8(static_cast<std::uint8_t>(report.sound.state));
        put_text(write, std::string_view(report.sound.words).substr(0, kMaxCause));
    }
};

}  // namespace

Bytes encode(const Message& message) {
    Bytes out;
    ByteWriter write(out);
    std::visit(Encoder{write}, message);
    return out;
}

Result<Message> decode_message(ByteView bytes) {
    Fields read(bytes);
    Message message;
    switch (read->u8()) {
        case kHello: message = Hello{read->u32()}; break;
        case kStart: {
            StartStream start;
            start.stream = read->u32();
            start.spec.url = read.text();
            start.spec.user = read.text();
            start.spec.password = SecretText(read.text());
            start.spec.certificate_sha256 = read.text(64);
            start.spec.transport = read.flag() ? Transport::Udp : Transport::Tcp;
            start.spec.accept_any_certificate = read.flag();
            start.spec.sound = read.flag();
            message = std::move(start);
            break;
        }
        case kStop: message = StopStream{read->u32()}; break;
        case kSetSound: {
            SetSound set;
            set.stream = read->u32();
            set.wanted = read.flag();
            message = set;
            break;
        }
        case kHeartbeat: message = Heartbeat{}; break;
        case kReport: {
            StreamReport report;
            report.stream = read->u32();
            report.state =
                SourceState(read.number(static_cast<std::uint8_t>(SourceState::Stopped)));
            report.cause = read.text(kMaxCause);
            report.lost = read->u64();
            report.dropped = read->u64();
            report.reconnects = read->u64();
            auto known = read.flag();
            auto ahead = microseconds(static_cast<std::int64_t>(read->u64()));
            if (known) report.camera_clock_ahead = ahead;
            report.sound.state =
                SoundState(read.number(static_cast<std::uint8_t>(SoundState::Waiting)));
            report.sound.words = read.text(kMaxCause);
            // It is shown to people and logged.
            auto plain = [](char c) { return c >= ' ' && c != 127; };
            if (!std::ranges::all_of(report.cause + report.sound.words, plain)) return malformed();
            message = std::move(report);
            break;
        }
        default: return malformed();
    }
    if (!read.finished()) return malformed();
    return message;
}

}  // namespace proviso::ingest
