#include <algorithm>
#include <cstring>

#include <proviso/media/nal.h>

#include "control.h"

namespace proviso::ingest {
namespace {

constexpr std::uint8_t kHello = 1;
constexpr std::uint8_t kStart = 2;
constexpr std::uint8_t kStop = 3;
constexpr std::uint8_t kHeartbeat = 16;
constexpr std::uint8_t kReport = 17;
constexpr std::size_t kMaxText = 2048;
constexpr std::size_t kMaxDecoderConfig = 40'000;

Error malformed() { return {ErrorKind::Corrupt, "a message between processes is malformed"}; }

void put_text(ByteWriter& write, std::string_view text) {
    text = text.substr(0, kMaxText);
    write.u16(static_cast<std::uint16_t>(text.size())).text(text);
}

/// Reads a message field by field; what is wrong anywhere makes the whole wrong.
class Fields {
public:
    explicit Fields(ByteView bytes) : read_(bytes) {}

    ByteReader* operator->() { return &read_; }

    std::string_view text(std::size_t limit = kMaxText) {
        std::size_t size = read_.u16();
        if (size > limit) good_ = false;
        return as_text(read_.take(size));
    }

    bool flag() { return number(1) == 1; }

    std::uint8_t number(std::uint8_t most) {
        auto value = read_.u8();
        if (value > most) good_ = false;
        return value;
    }

    bool finished() const { return good_ && read_.ok() && read_.remaining() == 0; }

private:
    ByteReader read_;
    bool good_ = true;
};

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
    }

    void operator()(const StopStream& stop) const { write.u8(kStop).u32(stop.stream); }

    void operator()(const Heartbeat&) const { write.u8(kHeartbeat); }

    void operator()(const StreamReport& report) const {
        write.u8(kReport).u32(report.stream).u8(static_cast<std::uint8_t>(report.state));
        put_text(write, std::string_view(report.cause).substr(0, kMaxCause));
        write.u64(report.lost).u64(report.dropped).u64(report.reconnects);
        write.u8(report.camera_clock_ahead ? 1 : 0);
        auto ahead = report.camera_clock_ahead.value_or(microseconds(0)).count();
        write.u64(static_cast<std::uint64_t>(ahead));
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
            message = std::move(start);
            break;
        }
        case kStop: message = StopStream{read->u32()}; break;
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
            // It is shown to people and logged.
            auto plain = [](char c) { return c >= ' ' && c != 127; };
            if (!std::ranges::all_of(report.cause, plain)) return malformed();
            message = std::move(report);
            break;
        }
        default: return malformed();
    }
    if (!read.finished()) return malformed();
    return message;
}

Bytes encode(const media::CodecParameters& parameters) {
    Bytes out;
    ByteWriter write(out);
    write.u8(static_cast<std::uint8_t>(parameters.codec));
    write.u32(static_cast<std::uint32_t>(parameters.width));
    write.u32(static_cast<std::uint32_t>(parameters.height));
    put_text(write, parameters.rfc6381);
    write.bytes(parameters.decoder_config);
    return out;
}

Result<media::CodecParameters> decode_parameters(ByteView bytes) {
    Fields read(bytes);
    media::CodecParameters parameters;
    parameters.codec = media::Codec(read.number(static_cast<std::uint8_t>(media::Codec::H265)));
    auto width = read->u32();
    auto height = read->u32();
    parameters.rfc6381 = read.text(64);
    auto config = read->take(read->remaining());
    if (!read.finished()) return malformed();
    auto side = [](std::uint32_t value) {
        return value >= 1 && value <= static_cast<std::uint32_t>(media::kMaxPictureSide);
    };
    auto word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.';
    };
    auto prefix = parameters.codec == media::Codec::H264 ? "avc1." : "hvc1.";
    if (!side(width) || !side(height) || config.size() < 7 || config.size() > kMaxDecoderConfig ||
        !parameters.rfc6381.starts_with(prefix) || !std::ranges::all_of(parameters.rfc6381, word)) {
        return malformed();
    }
    parameters.width = static_cast<int>(width);
    parameters.height = static_cast<int>(height);
    parameters.decoder_config.assign(config.begin(), config.end());
    return parameters;
}

}  // namespace proviso::ingest
