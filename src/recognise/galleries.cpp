#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "inside.h"

namespace proviso::recognise {

namespace {

constexpr std::size_t kMostReason = 500;
constexpr std::size_t kMostCameras = 1000;

bool within(double value, double least, double most) { return value >= least && value <= most; }

Result<> check_numbers(const GalleryDraft& draft) {
    if (!within(draft.threshold, 0.2, 0.99)) {
        return invalid_input(
            "a threshold lies between 0.2 and 0.99", "look at the threshold figures"
        );
    }
    const auto& floor = draft.floor;
    if (floor.pixels < 16 || floor.pixels > 2000 || !within(floor.score, 0, 1) ||
        !within(floor.yaw, 0, 1) || !within(floor.sharpness, 0, 1) ||
        !within(floor.light_least, 0, 1) || !within(floor.light_most, floor.light_least, 1)) {
        return invalid_input(
            "the quality floor is out of range", "pixels are 16 to 2000, all else 0 to 1"
        );
    }
    return {};
}

Result<> check_watch_list(
    const GalleryDraft& draft, const UserId& author, const WatchListTerms& terms, Day today
) {
    if (draft.kind != GalleryKind::WatchList) return {};
    if (!draft.approver || *draft.approver == author) {
        return invalid_input(
            "a watch-list needs an approver who is somebody else", "name another person"
        );
    }
    if (!draft.expires || *draft.expires > today + terms.most) {
        return invalid_input(
            fmt::format("a watch-list ends within {} days", terms.most.count()), "give its last day"
        );
    }
    if (!draft.review || *draft.review > today + terms.review) {
        return invalid_input(
            fmt::format("a watch-list is reviewed within {} days", terms.review.count()),
            "give the day of review"
        );
    }
    return {};
}

Result<> check_terms(
    const GalleryDraft& draft,
    const UserId& author,
    const registers::Snapshot& snapshot,
    const WatchListTerms& terms,
    Day today
) {
    PROVISO_TRY(check_text("the reason", draft.reason, kMostReason));
    PROVISO_TRY(check_numbers(draft));
    PROVISO_TRY(check_watch_list(draft, author, terms, today));
    if ((draft.expires && *draft.expires < today) || (draft.review && *draft.review < today)) {
        return invalid_input("the end or the review of the gallery lies in the past");
    }
    if (draft.cameras.empty() || draft.cameras.size() > kMostCameras) {
        return invalid_input(
            "a gallery says at which cameras it may be used",
            "list them, or name the gallery in a camera's analytics first"
        );
    }
    for (const auto& camera : draft.cameras) {
        if (snapshot.cameras.contains(camera)) continue;
        return invalid_input(fmt::format("there is no camera '{}'", camera.text()));
    }
    return {};
}

/// Cameras whose documents name the gallery, unless some are listed.
void complete_scope(GalleryDraft& draft, const registers::Snapshot& snapshot) {
    if (draft.cameras.empty()) {
        for (const auto& [name, camera] : snapshot.cameras) {
            if (camera.analytics && camera.analytics->faces &&
                camera.analytics->faces->gallery == draft.id.text()) {
                draft.cameras.push_back(name);
            }
        }
    }
    std::sort(draft.cameras.begin(), draft.cameras.end());
    auto twice = std::unique(draft.cameras.begin(), draft.cameras.end());
    draft.cameras.erase(twice, draft.cameras.end());
}

/// Would more faces match, at more places, for longer? Both scopes are sorted.
bool widens(const GalleryDraft& before, const GalleryDraft& after) {
    const auto& was = before.floor;
    const auto& is = after.floor;
    return after.threshold < before.threshold || is.pixels < was.pixels || is.score < was.score ||
           is.yaw > was.yaw || is.sharpness < was.sharpness || is.light_least < was.light_least ||
           is.light_most > was.light_most ||
           !std::includes(
               before.cameras.begin(),
               before.cameras.end(),
               after.cameras.begin(),
               after.cameras.end()
           ) ||
           after.expires > before.expires || after.reason != before.reason ||
           after.approver != before.approver;
}

ledger::Draft entry_of(const Gallery& gallery, const std::string& key_id) {
    const auto& terms = gallery.terms;
    Json cameras = Json::array();
    for (const auto& camera : terms.cameras) {
        if (cameras.size() < 20) cameras.push_back(camera.text());
    }
    Json body = {
        {"by", gallery.author.text()},
        {"cameras", std::move(cameras)},
        {"camera_count", terms.cameras.size()},
        {"gallery", terms.id.text()},
        {"key", key_id},
        {"kind", to_string(terms.kind)},
        {"model", gallery.model},
        {"threshold_thousandths", std::llround(terms.threshold * 1000)}};
    if (terms.approver) body["approver"] = terms.approver->text();
    if (terms.expires) body["expires"] = to_iso8601(*terms.expires);
    if (terms.review) body["review"] = to_iso8601(*terms.review);
    return {"gallery.changed", std::move(body), {{"reason", terms.reason}}};
}

}  // namespace

std::vector<Gallery> Recogniser::galleries() const {
    std::shared_lock lock(inside_->memory);
    std::vector<Gallery> all;
    for (const auto& [id, in] : inside_->kept) all.push_back(inside_->told(in));
    return all;
}

Result<Gallery> Recogniser::gallery(const GalleryId& id) const {
    std::shared_lock lock(inside_->memory);
    return inside_->told(*PROVISO_TRY(inside_->find(id)));
}

Result<Gallery> Recogniser::put_gallery(const GalleryDraft& draft, const UserId& author) {
    auto& inside = *inside_;
    std::lock_guard one_at_a_time(inside.changing);
    auto snapshot = inside.registers.snapshot();
    StoredGallery stored;
    auto& next = stored.gallery;
    next.terms = draft;
    complete_scope(next.terms, *snapshot);
    PROVISO_TRY(check_terms(
        next.terms, author, *snapshot, inside.watch_list(next.terms.cameras), inside.today()
    ));
    next.author = author;
    next.changed = inside.clock.now();
    next.model = inside.options.model;
    bool fresh = true;
    {
        std::shared_lock lock(inside.memory);
        if (auto found = inside.kept.find(draft.id); found != inside.kept.end()) {
            const auto& before = found->second.gallery;
            fresh = false;
            stored.key_id = found->second.key_id;
            if (before.terms.kind != draft.kind) {
                return Error(
                    ErrorKind::Conflict,
                    "the kind of a gallery does not change",
                    "make another gallery: who is in it agreed to this one"
                );
            }
            next.model = before.model;
            if (!widens(before.terms, next.terms)) next.approved_by = before.approved_by;
            // Who approved the old terms and now writes new ones has not approved them.
            if (next.approved_by == author) next.approved_by.reset();
        }
    }
    if (fresh) {
        if (inside.options.model.empty()) {
            return Error(
                ErrorKind::Unavailable,
                "no face model is installed",
                "proviso models pull face_reid_retail_0095"
            );
        }
        stored.key_id = PROVISO_TRY(inside.keys.make_named(kKeyUse, 1)).front().id;
    }
    PROVISO_TRY(inside.ledger.append(entry_of(next, stored.key_id)).while_doing("record a gallery")
    );
    PROVISO_TRY(inside.tables.put(stored).while_doing("store a gallery"));
    std::unique_lock lock(inside.memory);
    auto [place, made] = inside.kept.try_emplace(draft.id, inside.options.dimensions);
    place->second.gallery = std::move(next);
    place->second.key_id = std::move(stored.key_id);
    return inside.told(place->second);
}

Result<Gallery> Recogniser::approve_gallery(const GalleryId& id, const UserId& by) {
    auto& inside = *inside_;
    std::lock_guard one_at_a_time(inside.changing);
    StoredGallery stored;
    {
        std::shared_lock lock(inside.memory);
        const auto* in = PROVISO_TRY(inside.find(id));
        stored = {in->gallery, in->key_id};
    }
    const auto& terms = stored.gallery.terms;
    if (by == stored.gallery.author || (terms.approver && *terms.approver != by)) {
        return Error(
            ErrorKind::Forbidden,
            "a gallery is approved by the person it names, who is not the one who wrote it",
            "ask the approver to sign in and approve it"
        );
    }
    stored.gallery.approved_by = by;
    Json body = {{"by", by.text()}, {"gallery", id.text()}};
    PROVISO_TRY(inside.ledger.append({"gallery.approved", std::move(body), nullptr})
                    .while_doing("record the approval"));
    PROVISO_TRY(inside.tables.put(stored));
    std::unique_lock lock(inside.memory);
    auto& in = inside.kept.at(id);
    in.gallery.approved_by = by;
    return inside.told(in);
}

Result<> Recogniser::destroy_gallery(const GalleryId& id, const UserId& by) {
    std::lock_guard one_at_a_time(inside_->changing);
    return inside_->forget_gallery(id, "gallery_removed", by);
}

}  // namespace proviso::recognise
