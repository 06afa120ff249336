#include <iostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.h"
#include "house.h"

namespace proviso::app {

namespace {

std::string words_of(const recognise::Gallery& gallery) {
    std::vector<std::string> cameras;
    for (const auto& camera : gallery.terms.cameras) cameras.push_back(camera.text());
    return fmt::format(
        "{:<20} {:<12} {:<16} {:>6} people  threshold {:.2f}  at {}",
        gallery.terms.id.text(),
        recognise::to_string(gallery.terms.kind),
        recognise::to_string(gallery.state),
        gallery.people,
        gallery.terms.threshold,
        fmt::join(cameras, ", ")
    );
}

Result<recognise::GalleryDraft> draft_of(const GalleryArguments& arguments) {
    recognise::GalleryDraft draft;
    draft.id = PROVISO_TRY(recognise::GalleryId::parse(arguments.name));
    draft.kind = PROVISO_TRY(recognise::parse_gallery_kind(arguments.kind));
    draft.reason = arguments.reason;
    draft.threshold = arguments.threshold;
    draft.expires = arguments.expires;
    draft.review = arguments.review;
    if (!arguments.approver.empty())
        draft.approver = PROVISO_TRY(UserId::parse(arguments.approver));
    for (const auto& camera : arguments.cameras) {
        draft.cameras.push_back(PROVISO_TRY(CameraId::parse(camera)));
    }
    return draft;
}

}  // namespace

Result<int> galleries_list(const Config& config) {
    auto house = PROVISO_TRY(House::open(config));
    for (const auto& gallery : house->recogniser->galleries()) {
        std::cout << words_of(gallery) << "\n";
    }
    return 0;
}

Result<int> galleries_put(const Config& config, const GalleryArguments& arguments) {
    auto draft = PROVISO_TRY(draft_of(arguments));
    auto house = PROVISO_TRY(House::open(config));
    auto snapshot = house->registers->snapshot();
    for (const auto& camera : draft.cameras) {
        if (snapshot->cameras.contains(camera)) continue;
        return Error(
            ErrorKind::NotFound,
            fmt::format("there is no camera '{}'", camera.text()),
            "put it on record first: proviso apply -f FILE"
        );
    }
    auto gallery = PROVISO_TRY(
        house->recogniser->put_gallery(draft, UserId::literal("u-machine-administrator"))
    );
    std::cout << words_of(gallery) << "\n";
    return 0;
}

}  // namespace proviso::app
