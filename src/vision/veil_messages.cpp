#include "veil_messages.h"

#include <algorithm>

#include <proviso/workers/messages.h>

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::ObjectClass;
using workers::Fields;
using workers::put_fraction;
using workers::put_text;

constexpr std::uint8_t kGreeting = 1;
constexpr std::uint8_t kWarm = 2;
constexpr std::uint8_t kBegin = 3;
constexpr std::uint32_t kMostMasks = 64;
constexpr std::uint32_t kMostCorners = 256;
constexpr std::uint32_t kMostHandBoxes = 256;
constexpr std::uint32_t kMostKeys = 1024;
constexpr std::uint32_t kMostKept = 256;
constexpr std::uint32_t kMostMarks = 512;
constexpr std::uint32_t kMostMoments = 64;
constexpr std::uint32_t kMostBoxes = 256;
constexpr float kBeyond = 8;  // a box may reach that far over the edge

void put_signed(ByteWriter& write, std::int64_t value) {
    write.u64(static_cast<std::uint64_t>(value));
}

std::int64_t get_signed(Fields& read) { return static_cast<std::int64_t>(read->u64()); }

/// Where a prediction has run far out of the picture, it is as good at the limit.
void put(ByteWriter& write, const Box& box) {
    auto within = [](float value, float least, float most) {
        return value >= least ? std::min(value, most) : least;
    };
    put_fraction(write, within(box.x, -kBeyond, kBeyond));
    put_fraction(write, within(box.y, -kBeyond, kBeyond));
    put_fraction(write, within(box.w, 0, 2 * kBeyond));
    put_fraction(write, within(box.h, 0, 2 * kBeyond));
}

Box get_box(Fields& read) {
    Box box;
    box.x = read.fraction(-kBeyond, kBeyond);
    box.y = read.fraction(-kBeyond, kBeyond);
    box.w = read.fraction(0, 2 * kBeyond);
    box.h = read.fraction(0, 2 * kBeyond);
    return box;
}

void put(ByteWriter& write, const std::vector<PassedFile>& files) {
    write.u32(static_cast<std::uint32_t>(files.size()));
    for (const auto& file : files) {
        put_text(write, file.name);
        write.u64(file.size);
    }
}

std::vector<PassedFile> get_files(Fields& read) {
    std::vector<PassedFile> files(read.count(workers::kMaxFds));
    for (auto& file : files) {
        file.name = read.text(255);
        file.size = read->u64();
    }
    return files;
}

struct Encoder {
    ByteWriter& write;

    void operator()(const VeilGreeting& greeting) const {
        write.u8(kGreeting).u32(greeting.version);
    }

    void operator()(const VeilWarm& warm) const {
        write.u8(kWarm).u64(warm.config_size);
        put(write, warm.files);
    }

    void operator()(const VeilBegin& begin) const {
        write.u8(kBegin).u64(begin.config_size);
        put(write, begin.files);
    }
};

}  // namespace

Bytes encode(const VeilMessage& message) {
    Bytes out;
    ByteWriter write(out);
    std::visit(Encoder{write}, message);
    return out;
}

Result<VeilMessage> decode_veil_message(ByteView bytes) {
    Fields read(bytes);
    VeilMessage message;
    switch (read->u8()) {
        case kGreeting: message = VeilGreeting{read->u32()}; break;
        case kWarm: {
            auto size = read->u64();
            message = VeilWarm{size, get_files(read)};
            break;
        }
        case kBegin: {
            auto size = read->u64();
            message = VeilBegin{size, get_files(read)};
            break;
        }
        default: return workers::malformed();
    }
    if (!read.finished()) return workers::malformed();
    return message;
}

Bytes encode(const VeilConfig& config) {
    Bytes out;
    ByteWriter write(out);
    write.u32(static_cast<std::uint32_t>(config.masks.size()));
    for (const auto& mask : config.masks) {
        write.u32(static_cast<std::uint32_t>(mask.size()));
        for (const auto& corner : mask) {
            put_fraction(write, corner.x);
            put_fraction(write, corner.y);
        }
    }
    for (bool flag :
         {config.persons,
          config.faces,
          config.movers,
          config.plates,
          config.only_groups_that_need_it}) {
        write.u8(flag ? 1 : 0);
    }
    write.u8(static_cast<std::uint8_t>(config.style));
    write.u8(static_cast<std::uint8_t>(config.form));
    write.u32(static_cast<std::uint32_t>(config.width));
    write.u32(static_cast<std::uint32_t>(config.lookahead.count()));
    write.u32(static_cast<std::uint32_t>(config.hold.count()));
    put_text(write, config.model);
    put_text(write, config.face_model);
    put_fraction(write, config.min_score);
    write.u8(static_cast<std::uint8_t>(config.looks));
    write.u32(static_cast<std::uint32_t>(config.hand_boxes.size()));
    for (const auto& box : config.hand_boxes) {
        write.u32(box.id).u32(static_cast<std::uint32_t>(box.keys.size()));
        for (const auto& key : box.keys) {
            put_signed(write, key.pts);
            put(write, key.box);
        }
    }
    write.u32(static_cast<std::uint32_t>(config.keep.size()));
    for (auto track : config.keep) write.u64(track);
    put_signed(write, config.show_from);
    write.u8(static_cast<std::uint8_t>(config.quality));
    put_signed(write, config.bit_rate);
    return out;
}

Result<VeilConfig> decode_veil_config(ByteView bytes) {
    Fields read(bytes);
    VeilConfig config;
    config.masks.resize(read.count(kMostMasks));
    for (auto& mask : config.masks) {
        mask.resize(read.count(kMostCorners));
        for (auto& corner : mask) {
            corner.x = read.fraction(0, 1);
            corner.y = read.fraction(0, 1);
        }
    }
    for (auto* flag :
         {&config.persons,
          &config.faces,
          &config.movers,
          &config.plates,
          &config.only_groups_that_need_it}) {
        *flag = read.flag();
    }
    config.style = VeilStyle(read.number(static_cast<std::uint8_t>(VeilStyle::Fill)));
    config.form = VeilForm(read.number(static_cast<std::uint8_t>(VeilForm::Nothing)));
    config.width = static_cast<int>(read.count(16'384));
    config.lookahead = milliseconds(read.count(5'000));
    config.hold = milliseconds(read.count(10'000));
    config.model = read.text(64);
    config.face_model = read.text(64);
    config.min_score = read.fraction(0, 1);
    config.looks = read.number(25);
    config.hand_boxes.resize(read.count(kMostHandBoxes));
    for (auto& box : config.hand_boxes) {
        box.id = read->u32();
        box.keys.resize(read.count(kMostKeys));
        for (auto& key : box.keys) {
            key.pts = get_signed(read);
            key.box = get_box(read);
        }
    }
    config.keep.resize(read.count(kMostKept));
    for (auto& track : config.keep) track = read->u64();
    config.show_from = get_signed(read);
    config.quality = read.number(51);
    config.bit_rate = get_signed(read);
    if (!read.finished()) return workers::malformed();
    return config;
}

Bytes encode(const MaskRecord& record) {
    Bytes out;
    ByteWriter write(out);
    put_signed(write, record.from);
    put_signed(write, record.to);
    put_signed(write, record.from_wall.time_since_epoch().count());
    put_signed(write, record.to_wall.time_since_epoch().count());
    for (auto number : {record.pictures, record.masked, record.whole, record.passed, record.lost}) {
        write.u32(number);
    }
    put_fraction(write, record.hidden_share);
    put_text(write, record.version);
    put_text(write, record.model);
    put_text(write, record.face_model);
    write.u32(static_cast<std::uint32_t>(record.marks.size()));
    for (const auto& mark : record.marks) {
        write.u64(mark.track).u8(static_cast<std::uint8_t>(mark.kind));
        put_signed(write, mark.pts);
        put(write, mark.box);
        write.u8(mark.predicted ? 1 : 0).u8(mark.kept ? 1 : 0);
    }
    write.u32(static_cast<std::uint32_t>(record.uncertain.size()));
    for (const auto& moment : record.uncertain) {
        write.u8(static_cast<std::uint8_t>(moment.doubt));
        put_signed(write, moment.from);
        put_signed(write, moment.to);
        put(write, moment.box);
        write.u64(moment.track);
    }
    return out;
}

Result<MaskRecord> decode_mask_record(ByteView bytes) {
    Fields read(bytes);
    MaskRecord record;
    record.from = get_signed(read);
    record.to = get_signed(read);
    record.from_wall = Timestamp(microseconds(get_signed(read)));
    record.to_wall = Timestamp(microseconds(get_signed(read)));
    for (auto* number :
         {&record.pictures, &record.masked, &record.whole, &record.passed, &record.lost}) {
        *number = read->u32();
    }
    record.hidden_share = read.fraction(0, 1.001F);
    record.version = read.text(64);
    record.model = read.text(160);
    record.face_model = read.text(160);
    record.marks.resize(read.count(kMostMarks));
    for (auto& mark : record.marks) {
        mark.track = read->u64();
        mark.kind = ObjectClass(read.number(static_cast<std::uint8_t>(ObjectClass::Other)));
        mark.pts = get_signed(read);
        mark.box = get_box(read);
        mark.predicted = read.flag();
        mark.kept = read.flag();
    }
    record.uncertain.resize(read.count(kMostMoments));
    for (auto& moment : record.uncertain) {
        moment.doubt = Doubt(read.number(static_cast<std::uint8_t>(Doubt::HandBoxLost)));
        moment.from = get_signed(read);
        moment.to = get_signed(read);
        moment.box = get_box(read);
        moment.track = read->u64();
    }
    if (!read.finished()) return workers::malformed();
    return record;
}

Bytes encode(std::span<const Box> boxes) {
    Bytes out;
    ByteWriter write(out);
    auto count = std::min<std::size_t>(boxes.size(), kMostBoxes);
    write.u32(static_cast<std::uint32_t>(count));
    for (const auto& box : boxes.first(count)) put(write, box);
    return out;
}

Result<std::vector<Box>> decode_boxes(ByteView bytes) {
    Fields read(bytes);
    std::vector<Box> boxes(read.count(kMostBoxes));
    for (auto& box : boxes) box = get_box(read);
    if (!read.finished()) return workers::malformed();
    return boxes;
}

}  // namespace proviso::vision
