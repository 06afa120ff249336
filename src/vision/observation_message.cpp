#include "observation_message.h"

#include <algorithm>

#include <proviso/behaviour/appearance.h>
#include <proviso/media/nal.h>
#include <proviso/workers/messages.h>

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::Observation;
using workers::Fields;
using workers::malformed;
using workers::put_fraction;

/// Predicted boxes may leave the picture, but not the county.
constexpr float kFar = 4;
constexpr float kFast = 100;
constexpr float kMostPixel = 70'000;

void put_time(ByteWriter& write, Timestamp at) {
    write.u64(static_cast<std::uint64_t>(at.time_since_epoch().count()));
}

Timestamp time_of(Fields& read) {
    return Timestamp(microseconds(static_cast<std::int64_t>(read->u64())));
}

void put_flag(ByteWriter& write, bool flag) { write.u8(flag ? 1 : 0); }

void put_count(ByteWriter& write, std::size_t count) {
    write.u32(static_cast<std::uint32_t>(count));
}

void put(ByteWriter& write, const Box& box) {
    for (auto value : {box.x, box.y, box.w, box.h}) put_fraction(write, value);
}

Box box_of(Fields& read) {
    Box box;
    box.x = read.fraction(-kFar, kFar);
    box.y = read.fraction(-kFar, kFar);
    box.w = read.fraction(0, kFar);
    box.h = read.fraction(0, kFar);
    return box;
}

std::uint8_t colour_index(std::string_view word) {
    const auto& words = behaviour::kColours;
    auto found = std::find(words.begin(), words.end(), word);
    return static_cast<std::uint8_t>(found == words.end() ? 0 : found - words.begin() + 1);
}

void put(ByteWriter& write, const behaviour::TrackView& track) {
    write.u64(track.id).u8(static_cast<std::uint8_t>(track.kind));
    put(write, track.box);
    put_fraction(write, track.score);
    for (bool flag : {track.confirmed, track.predicted, track.stationary, track.lying}) {
        put_flag(write, flag);
    }
    put_fraction(write, track.velocity.x);
    put_fraction(write, track.velocity.y);
    put_time(write, track.first_seen);
    write.u8(colour_index(track.colour));
}

behaviour::TrackView track_of(Fields& read) {
    behaviour::TrackView track;
    track.id = read->u64();
    track.kind =
        behaviour::ObjectClass(read.number(static_cast<std::uint8_t>(behaviour::ObjectClass::Other))
        );
    track.box = box_of(read);
    track.score = read.fraction(0, 1);
    for (auto* flag : {&track.confirmed, &track.predicted, &track.stationary, &track.lying}) {
        *flag = read.flag();
    }
    track.velocity.x = read.fraction(-kFast, kFast);
    track.velocity.y = read.fraction(-kFast, kFast);
    track.first_seen = time_of(read);
    auto colour = read.number(static_cast<std::uint8_t>(behaviour::kColours.size()));
    if (colour > 0 && colour <= behaviour::kColours.size()) {
        track.colour = behaviour::kColours[colour - 1U];
    }
    return track;
}

void put(ByteWriter& write, const std::vector<float>& values) {
    put_count(write, values.size());
    for (auto value : values) put_fraction(write, value);
}

std::vector<float> vector_of(Fields& read) {
    std::vector<float> values(read.count(kMostDimensions));
    for (auto& value : values) value = read.fraction(-kFast, kFast);
    return values;
}

void put(ByteWriter& write, const behaviour::FaceView& face) {
    write.u64(face.face).u64(face.track);
    put(write, face.box);
    for (auto value : {face.score, face.yaw, face.sharpness, face.light}) {
        put_fraction(write, value);
    }
    put(write, face.embedding);
}

behaviour::FaceView face_of(Fields& read) {
    behaviour::FaceView face;
    face.face = read->u64();
    face.track = read->u64();
    face.box = box_of(read);
    face.score = read.fraction(0, 1);
    face.yaw = read.fraction(-1, 1);
    face.sharpness = read.fraction(0, 1);
    face.light = read.fraction(0, 1);
    face.embedding = vector_of(read);
    return face;
}

int side_of(Fields& read) {
    return static_cast<int>(read.count(static_cast<std::uint32_t>(media::kMaxPictureSide)));
}

}  // namespace

Bytes encode(const Observation& observation) {
    Bytes out;
    out.reserve(512 + observation.tracks.size() * 64);
    ByteWriter write(out);
    write.u64(static_cast<std::uint64_t>(observation.pts));
    put_count(write, static_cast<std::size_t>(observation.width));
    put_count(write, static_cast<std::size_t>(observation.height));
    put_fraction(write, observation.activity);
    write.bytes(observation.heat);
    put_flag(write, observation.looked);
    put_count(write, observation.tracks.size());
    for (const auto& track : observation.tracks) put(write, track);
    put_count(write, observation.ended.size());
    for (auto id : observation.ended) write.u64(id);
    put_count(write, observation.objects.size());
    for (const auto& object : observation.objects) {
        write.u64(object.id);
        put(write, object.box);
        put_flag(write, object.removed);
        put_time(write, object.since);
    }
    put_count(write, observation.faces.size());
    for (const auto& face : observation.faces) put(write, face);
    const auto& health = observation.health;
    for (auto value : {health.brightness, health.contrast, health.sharpness, health.changed}) {
        put_fraction(write, value);
    }
    put_flag(write, health.frozen);
    write.u64(observation.decoded).u64(observation.skipped);
    return out;
}

Result<Observation> decode_observation(ByteView bytes) {
    Fields read(bytes);
    Observation observation;
    observation.pts = static_cast<std::int64_t>(read->u64());
    observation.width = side_of(read);
    observation.height = side_of(read);
    observation.activity = read.fraction(0, 1);
    auto heat = read->take(observation.heat.size());
    std::copy(heat.begin(), heat.end(), observation.heat.begin());
    observation.looked = read.flag();
    auto tracks = read.count(kMostTracks);
    for (std::uint32_t i = 0; i < tracks && read->ok(); ++i) {
        observation.tracks.push_back(track_of(read));
    }
    auto ended = read.count(kMostEnded);
    for (std::uint32_t i = 0; i < ended && read->ok(); ++i) {
        observation.ended.push_back(read->u64());
    }
    auto objects = read.count(kMostObjects);
    for (std::uint32_t i = 0; i < objects && read->ok(); ++i) {
        behaviour::StaticObject object;
        object.id = read->u64();
        object.box = box_of(read);
        object.removed = read.flag();
        object.since = time_of(read);
        observation.objects.push_back(object);
    }
    auto faces = read.count(kMostFaces);
    for (std::uint32_t i = 0; i < faces && read->ok(); ++i) {
        observation.faces.push_back(face_of(read));
    }
    auto& health = observation.health;
    for (auto* value : {&health.brightness, &health.contrast, &health.sharpness, &health.changed}) {
        *value = read.fraction(0, 1);
    }
    health.frozen = read.flag();
    observation.decoded = read->u64();
    observation.skipped = read->u64();
    if (!read.finished() || observation.width < 1 || observation.height < 1) return malformed();
    return observation;
}

Bytes encode(const FacesRead& faces) {
    Bytes out;
    ByteWriter write(out);
    put_count(write, static_cast<std::size_t>(faces.width));
    put_count(write, static_cast<std::size_t>(faces.height));
    workers::put_text(write, faces.embedder);
    put_count(write, faces.faces.size());
    for (std::size_t i = 0; i < faces.faces.size(); ++i) {
        const auto& face = faces.faces[i];
        for (auto value : {face.x, face.y, face.width, face.height}) put_fraction(write, value);
        for (auto value : {face.score, face.yaw, face.sharpness, face.light}) {
            put_fraction(write, value);
        }
        put_count(write, face.points.size());
        for (const auto& point : face.points) {
            put_fraction(write, point.x);
            put_fraction(write, point.y);
        }
        put(write, faces.templates[i]);
    }
    return out;
}

Result<FacesRead> decode_faces(ByteView bytes) {
    Fields read(bytes);
    FacesRead faces;
    faces.width = side_of(read);
    faces.height = side_of(read);
    faces.embedder = read.text(64);
    auto pixel = [&read] { return read.fraction(-kMostPixel, kMostPixel); };
    auto count = read.count(kMostFaces);
    for (std::uint32_t i = 0; i < count && read->ok(); ++i) {
        Face face;
        face.x = pixel();
        face.y = pixel();
        face.width = read.fraction(0, kMostPixel);
        face.height = read.fraction(0, kMostPixel);
        face.score = read.fraction(0, 1);
        face.yaw = read.fraction(-1, 1);
        face.sharpness = read.fraction(0, 1);
        face.light = read.fraction(0, 1);
        auto points = read.count(5);
        for (std::uint32_t at = 0; at < points && read->ok(); ++at) {
            auto x = pixel();
            face.points.push_back({x, pixel()});
        }
        faces.faces.push_back(std::move(face));
        faces.templates.push_back(vector_of(read));
    }
    bool named = faces.embedder.empty() || is_slug(faces.embedder);
    if (!read.finished() || !named || faces.width < 1 || faces.height < 1) return malformed();
    return faces;
}

}  // namespace proviso::vision
