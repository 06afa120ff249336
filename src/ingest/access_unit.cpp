#include "access_unit.h"

#include <proviso/media/h264.h>
#include <proviso/media/h265.h>
#include <proviso/media/nal.h>

namespace proviso::ingest {
namespace {

namespace h264 = media::h264;
namespace h265 = media::h265;

/// SEI and the like that came with another time than their picture wait for it up to this size.
constexpr std::size_t kMaxCarried = 65'536;

}  // namespace

void AccessUnitBuilder::set_time(std::uint32_t rtp) {
    if (has_time_ && rtp == time_) return;
    if (has_time_) {
        if (in_nal_) {
            // Its end was lost with the end of the picture.
            in_nal_ = false;
            data_.resize(nal_start_);
            damaged_picture_ = damaged_picture_ || has_picture_;
            discontinuity_ = true;
        }
        finish_picture();
        damaged_picture_ = false;  // what was missing belonged to the time before
    }
    has_time_ = true;
    time_ = rtp;
}

void AccessUnitBuilder::mark_end() {
    // A marker on a unit without picture (SEI) is not an end.
    if (in_nal_ || !has_picture_ || !trust_marker_) return;
    auto time = time_;
    finish_picture();
    marked_time_ = time;
}

void AccessUnitBuilder::mark_gap() {
    if (in_nal_) {
        in_nal_ = false;
        data_.resize(nal_start_);
        damaged_picture_ = true;
    }
    if (has_picture_) damaged_picture_ = true;
    discontinuity_ = true;
}

void AccessUnitBuilder::begin_nal() {
    if (in_nal_) mark_gap();
    nal_start_ = data_.size();
    data_.resize(nal_start_ + 4);
    in_nal_ = true;
}

void AccessUnitBuilder::append(ByteView piece) {
    if (!in_nal_) return;
    if (data_.size() + piece.size() > media::kMaxAccessUnitSize) {
        in_nal_ = false;
        data_.resize(nal_start_);
        has_picture_ = damaged_picture_ = true;
        return;
    }
    data_.insert(data_.end(), piece.begin(), piece.end());
}

void AccessUnitBuilder::end_nal() {
    if (!in_nal_) return;
    in_nal_ = false;
    auto size = data_.size() - nal_start_ - 4;
    auto nal = ByteView(data_).subspan(nal_start_ + 4);
    auto facts = size == 0 ? NalFacts{.keep = false} : look_at(nal);
    if (!facts.keep) {
        data_.resize(nal_start_);
        return;
    }
    ByteWriter(data_).patch_u32(nal_start_, static_cast<std::uint32_t>(size));
    if (!facts.picture) return;
    if (facts.first_slice && has_picture_ && sets_.frames_only()) {
        // Two pictures of one time: the second begins here.
        Bytes second(data_.begin() + static_cast<std::ptrdiff_t>(nal_start_), data_.end());
        data_.resize(nal_start_);
        finish_picture();
        data_ = std::move(second);
    } else if (!facts.first_slice && !has_picture_) {
        if (marked_time_ == time_) {
            // The marker came in the middle of a picture: this camera marks every slice.
            trust_marker_ = false;
            discontinuity_ = true;
        }
        damaged_picture_ = true;  // its beginning is missing
    }
    if (!has_picture_) pps_id_ = facts.pps_id;
    has_picture_ = true;
    all_idr_ = all_idr_ && facts.idr;
    all_intra_ = all_intra_ && facts.intra;
}

void AccessUnitBuilder::flush() {
    if (in_nal_) mark_gap();
    finish_picture();
}

AccessUnitBuilder::NalFacts AccessUnitBuilder::look_at(ByteView nal) {
    if (sets_.is_parameter_set(nal)) {
        // A damaged one is passed over: the one before stays good.
        if (!sets_.offer(nal)) discontinuity_ = true;
        return {.keep = false};
    }
    return codec_ == media::Codec::H264 ? look_at_h264(nal) : look_at_h265(nal);
}

AccessUnitBuilder::NalFacts AccessUnitBuilder::look_at_h264(ByteView nal) {
    auto type = h264::nal_type(nal[0]);
    NalFacts facts;
    facts.keep = type != h264::NalType::AccessUnitDelimiter && nal[0] < 0x80;
    if (type == h264::NalType::Sei && h264::recovery_point(nal) == 0U) recovery_point_ = true;
    facts.picture = h264::is_picture(type);
    if (type == h264::NalType::Slice || type == h264::NalType::Idr || static_cast<int>(type) == 2) {
        auto slice = h264::parse_slice(nal);
        if (!slice) {
            damaged_picture_ = true;
            return facts;
        }
        facts.first_slice = slice->first_in_picture;
        facts.idr = type == h264::NalType::Idr;
        facts.intra = slice->intra;
        facts.pps_id = slice->pps_id;
    }
    return facts;
}

AccessUnitBuilder::NalFacts AccessUnitBuilder::look_at_h265(ByteView nal) {
    NalFacts facts;
    if (nal.size() < 2 || nal[0] >= 0x80) return {.keep = false};
    auto type = h265::nal_type(nal[0]);
    facts.keep = type != h265::NalType::AccessUnitDelimiter;
    facts.picture = h265::is_picture(type);
    if (!facts.picture) return facts;
    auto slice = h265::parse_slice(nal);
    if (!slice) {
        damaged_picture_ = true;
        return facts;
    }
    facts.first_slice = slice->first_in_picture;
    facts.idr = h265::is_random_access(type);
    facts.pps_id = slice->pps_id;
    return facts;
}

void AccessUnitBuilder::finish_picture() {
    if (!has_picture_) {
        if (data_.size() > kMaxCarried) clear_picture();
        return;
    }
    if (damaged_picture_) return drop_picture();
    auto codec = sets_.for_picture(pps_id_);
    if (!codec) return drop_picture();
    bool key = all_idr_ || (codec_ == media::Codec::H264 && recovery_point_ && all_intra_);
    // What changed in the middle of a group of pictures takes effect at the next key frame.
    if (*codec != current_ && !key) waiting_for_key_ = true;
    if (waiting_for_key_ && !key) {
        discontinuity_ = true;
        return clear_picture();
    }
    waiting_for_key_ = false;
    current_ = *codec;
    sink_(AccessUnit{current_, data_, key, discontinuity_, time_});
    discontinuity_ = false;
    clear_picture();
}

void AccessUnitBuilder::drop_picture() {
    ++damaged_;
    discontinuity_ = true;
    clear_picture();
}

void AccessUnitBuilder::clear_picture() {
    // One huge picture must not keep its memory for ever.
    if (data_.capacity() > (1U << 20U)) Bytes().swap(data_);
    data_.clear();
    has_picture_ = damaged_picture_ = recovery_point_ = false;
    all_idr_ = all_intra_ = true;
}

}  // namespace proviso::ingest
