#include <set>

#include <proviso/base/log.h>

#include "inside.h"

namespace proviso::recognise {

Result<> Recogniser::Inside::load() {
    PROVISO_TRY(tables.prepare());
    for (auto& stored : PROVISO_TRY(tables.galleries())) {
        PROVISO_TRY(load_gallery(std::move(stored)));
    }
    auto people = PROVISO_TRY(tables.people({}));
    std::map<GalleryId, std::size_t> templates;
    for (const auto& stored : people) templates[stored.gallery] += stored.person.pictures;
    for (auto& [id, in] : kept) in.index.reserve(templates[id]);
    for (auto& stored : people) PROVISO_TRY(load_person(std::move(stored)));
    return destroy_orphans();
}

Result<> Recogniser::Inside::load_gallery(StoredGallery stored) {
    auto id = stored.gallery.terms.id;
    if (!keys.find_named(stored.key_id)) {
        // A crash came between key and rows: the deed was done, its traces follow.
        return tables.remove_gallery(id);
    }
    auto [place, fresh] = kept.emplace(id, Kept(options.dimensions));
    place->second.gallery = std::move(stored.gallery);
    place->second.key_id = std::move(stored.key_id);
    return {};
}

Result<> Recogniser::Inside::load_person(StoredPerson stored) {
    auto in = kept.find(stored.gallery);
    if (in == kept.end()) return {};
    auto& gallery = in->second;
    auto key = keys.find_named(stored.key_id);
    if (!key) {
        erase_leaves(PROVISO_TRY(tables.remove_person(stored.gallery, stored.person.id)));
        erase_leaves({stored.leaf});
        return {};
    }
    Enrolled enrolled;
    enrolled.person = std::move(stored.person);
    enrolled.key_id = std::move(stored.key_id);
    enrolled.leaf = stored.leaf;
    enrolled.owner = gallery.next_owner++;
    if (gallery.gallery.model == options.model) {
        auto gallery_key = PROVISO_TRY(keys.find_named(gallery.key_id));
        auto secret = open_person(
            key_of(gallery_key, *key).view(),
            stored.gallery,
            enrolled.person.id,
            enrolled.key_id,
            stored.sealed,
            options.dimensions
        );
        enrolled.damaged = !secret;
        if (secret) {
            for (const auto& each : secret->templates) gallery.index.add(enrolled.owner, each);
        } else {
            log_warning(
                "a template in gallery '{}' is damaged and left out", stored.gallery.text()
            );
        }
    }
    gallery.owners.emplace(enrolled.owner, enrolled.person.id);
    auto person = enrolled.person.id;
    gallery.people.emplace(std::move(person), std::move(enrolled));
    return {};
}

/// Keys that a crash left without a row protect nothing any more.
Result<> Recogniser::Inside::destroy_orphans() {
    std::set<std::string> used;
    for (const auto& [id, in] : kept) {
        used.insert(in.key_id);
        for (const auto& [person, enrolled] : in.people) used.insert(enrolled.key_id);
    }
    std::vector<std::string> orphans;
    for (auto& id : keys.list_named(kKeyUse)) {
        if (!used.contains(id)) orphans.push_back(std::move(id));
    }
    if (orphans.empty()) return {};
    return keys.shred(orphans, "unused").while_doing("destroy unused keys of galleries");
}

GalleryState Recogniser::Inside::state_of(const Gallery& gallery) const {
    const auto& terms = gallery.terms;
    auto day = today();
    if (terms.expires && *terms.expires < day) return GalleryState::Expired;
    if (terms.kind == GalleryKind::WatchList && !gallery.approved_by) {
        return GalleryState::AwaitsApproval;
    }
    if (terms.review && *terms.review < day) return GalleryState::ReviewDue;
    if (gallery.model != options.model) return GalleryState::OtherModel;
    return GalleryState::Live;
}

PersonState Recogniser::Inside::state_of(const Kept& in, const Enrolled& enrolled) const {
    const auto& person = enrolled.person;
    auto day = today();
    if (person.expires && *person.expires < day) return PersonState::Expired;
    if (enrolled.damaged) return PersonState::Damaged;
    if (in.gallery.terms.kind == GalleryKind::WatchList && !person.approved_by) {
        return PersonState::AwaitsApproval;
    }
    if (person.review && *person.review < day) return PersonState::ReviewDue;
    return PersonState::Live;
}

/// May this person be found? A review that is due stops a watch-list; elsewhere it reminds.
bool Recogniser::Inside::counts(const Kept& in, const Enrolled& enrolled) const {
    if (enrolled.going) return false;
    auto state = state_of(in, enrolled);
    if (state == PersonState::ReviewDue) {
        return in.gallery.terms.kind != GalleryKind::WatchList;
    }
    return state == PersonState::Live;
}

Gallery Recogniser::Inside::told(const Kept& in) const {
    auto gallery = in.gallery;
    gallery.state = state_of(gallery);
    gallery.people = in.people.size();
    return gallery;
}

Person Recogniser::Inside::told(const Kept& in, const Enrolled& enrolled) const {
    auto person = enrolled.person;
    person.state = state_of(in, enrolled);
    return person;
}

Result<const Kept*> Recogniser::Inside::find(const GalleryId& id) const {
    auto found = kept.find(id);
    if (found == kept.end()) return not_found("gallery");
    return &found->second;
}

Result<const Enrolled*> Recogniser::Inside::find(const Kept& in, const PersonId& person) const {
    auto found = in.people.find(person);
    if (found == in.people.end() || found->second.going) return not_found("person in this gallery");
    return &found->second;
}

}  // namespace proviso::recognise
