#include "proviso/recognise/gallery.h"

#include <array>
#include <cmath>

#include <fmt/format.h>
#include <string.h>  // explicit_bzero

#include "words.h"

namespace proviso::recognise {

namespace {

constexpr auto kKinds = std::to_array<std::string_view>({"consenting", "staff", "watch_list"});
constexpr auto kGalleryStates = std::to_array<std::string_view>(
    {"open", "awaits_approval", "review_due", "expired", "other_model"}
);
constexpr auto kPersonStates =
    std::to_array<std::string_view>({"open", "awaits_approval", "review_due", "expired", "damaged"}
    );

}  // namespace

std::string_view to_string(GalleryKind kind) { return word_of(kKinds, kind); }

Result<GalleryKind> parse_gallery_kind(std::string_view word) {
    if (auto kind = value_of<GalleryKind>(kKinds, word)) return *kind;
    return invalid_input("there is no gallery of this kind", "use consenting, staff or watch_list");
}

std::string_view to_string(GalleryState state) { return word_of(kGalleryStates, state); }

std::string_view to_string(PersonState state) { return word_of(kPersonStates, state); }

std::string below(const QualityFloor& floor, const behaviour::FaceView& face, int picture_width) {
    // Each test is written so that a number that is none fails it.
    double pixels = static_cast<double>(face.box.w) * picture_width;
    if (!(pixels >= floor.pixels)) {
        return fmt::format("the face is {:.0f} pixels wide; {} are needed", pixels, floor.pixels);
    }
    if (!(face.score >= floor.score)) {
        return fmt::format(
            "the detector is {:.2f} sure of the face; {:.2f} is needed", face.score, floor.score
        );
    }
    if (!(std::abs(face.yaw) <= floor.yaw)) {
        return fmt::format(
            "the face is turned away by {:.2f}; at most {:.2f} will do",
            std::abs(face.yaw),
            floor.yaw
        );
    }
    if (!(face.sharpness >= floor.sharpness)) {
        return fmt::format(
            "the face is too blurred: sharpness {:.2f}, {:.2f} is needed",
            face.sharpness,
            floor.sharpness
        );
    }
    if (!(face.light >= floor.light_least && face.light <= floor.light_most)) {
        return fmt::format(
            "the light on the face is {:.2f}; {:.2f} to {:.2f} will do",
            face.light,
            floor.light_least,
            floor.light_most
        );
    }
    return {};
}

void wipe(behaviour::FaceView& face) {
    auto& numbers = face.embedding;
    numbers.resize(numbers.capacity());  // moves nothing: what a longer one left goes too
    if (!numbers.empty()) ::explicit_bzero(numbers.data(), numbers.size() * sizeof(float));
    numbers.clear();
}

Json to_json(const Gallery& gallery) {
    const auto& terms = gallery.terms;
    const auto& floor = terms.floor;
    Json cameras = Json::array();
    for (const auto& camera : terms.cameras) cameras.push_back(camera.text());
    Json json = {
        {"id", terms.id.text()},
        {"kind", to_string(terms.kind)},
        {"reason", terms.reason},
        {"threshold", terms.threshold},
        {"floor",
         {{"pixels", floor.pixels},
          {"score", floor.score},
          {"yaw", floor.yaw},
          {"sharpness", floor.sharpness},
          {"light_least", floor.light_least},
          {"light_most", floor.light_most}}},
        {"cameras", std::move(cameras)},
        {"author", gallery.author.text()},
        {"changed", to_iso8601(gallery.changed)},
        {"model", gallery.model},
        {"state", to_string(gallery.state)},
        {"people", gallery.people}};
    put_if(json, "approver", terms.approver);
    put_if(json, "approved_by", gallery.approved_by);
    put_if(json, "expires", terms.expires);
    put_if(json, "review", terms.review);
    return json;
}

Json to_json(const Person& person) {
    Json json = {
        {"id", person.id.text()},
        {"label", person.label},
        {"reason", person.reason},
        {"consent_record", person.consent_record},
        {"author", person.author.text()},
        {"enrolled", to_iso8601(person.enrolled)},
        {"pictures", person.pictures},
        {"state", to_string(person.state)}};
    put_if(json, "approved_by", person.approved_by);
    put_if(json, "expires", person.expires);
    put_if(json, "review", person.review);
    return json;
}

}  // namespace proviso::recognise
