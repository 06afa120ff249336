#include <fmt/format.h>

#include "inside.h"

namespace proviso::recognise {

Result<std::vector<Person>> Recogniser::people(const GalleryId& id) const {
    auto& inside = *inside_;
    std::string gallery_key_id;
    {
        std::shared_lock lock(inside.memory);
        gallery_key_id = PROVISO_TRY(inside.find(id))->key_id;
    }
    auto gallery_key = PROVISO_TRY(inside.keys.find_named(gallery_key_id));
    std::vector<Person> all;
    for (const auto& stored : PROVISO_TRY(inside.tables.people(id))) {
        auto key = inside.keys.find_named(stored.key_id);
        std::shared_lock lock(inside.memory);
        auto in = inside.find(id);
        auto enrolled = in ? inside.find(**in, stored.person.id) : Error(in.error());
        if (!key || !enrolled) continue;  // forgotten meanwhile
        auto person = inside.told(**in, **enrolled);
        lock.unlock();
        auto secret = open_person(
            key_of(gallery_key, *key).view(),
            id,
            person.id,
            stored.key_id,
            stored.sealed,
            inside.options.dimensions
        );
        if (secret) {
            person.label = secret->label;
            person.reason = secret->reason;
        }
        all.push_back(std::move(person));
    }
    return all;
}

Result<Person> Recogniser::enrol(
    std::span<const law::Permit<law::Enrol>> permits, Enrolment enrolment, const UserId& author
) {
    auto person = inside_->enrol(permits, enrolment, author);
    for (auto& sample : enrolment.samples) wipe(sample.face);
    return person;
}

Result<Person> Recogniser::approve_person(
    const GalleryId& id, const PersonId& person, const UserId& by
) {
    auto& inside = *inside_;
    std::lock_guard one_at_a_time(inside.changing);
    Person changed;
    std::string key_id;
    {
        std::shared_lock lock(inside.memory);
        const auto* in = PROVISO_TRY(inside.find(id));
        const auto* enrolled = PROVISO_TRY(inside.find(*in, person));
        changed = enrolled->person;
        key_id = enrolled->key_id;
        const auto& approver = in->gallery.terms.approver;
        // The gallery's approver decides; what he entered himself, anybody else.
        bool appointed = !approver || *approver == by || *approver == changed.author;
        if (by == changed.author || !appointed) {
            return Error(
                ErrorKind::Forbidden,
                "an entry is approved by the gallery's approver, and never by who made it",
                "ask the approver to sign in and approve it"
            );
        }
    }
    changed.approved_by = by;
    Json body = {{"by", by.text()}, {"gallery", id.text()}, {"key", key_id}};
    PROVISO_TRY(inside.ledger.append({"person.approved", std::move(body), nullptr})
                    .while_doing("record the approval"));
    PROVISO_TRY(inside.tables.update(id, changed));
    std::unique_lock lock(inside.memory);
    auto& in = inside.kept.at(id);
    auto& enrolled = in.people.at(person);
    enrolled.person.approved_by = by;
    return inside.told(in, enrolled);
}

Result<Person> Recogniser::review_person(
    const GalleryId& id, const PersonId& person, Day next, const UserId& by
) {
    auto& inside = *inside_;
    std::lock_guard one_at_a_time(inside.changing);
    Person changed;
    std::string key_id;
    {
        std::shared_lock lock(inside.memory);
        const auto* in = PROVISO_TRY(inside.find(id));
        const auto* enrolled = PROVISO_TRY(inside.find(*in, person));
        changed = enrolled->person;
        key_id = enrolled->key_id;
        const auto& terms = in->gallery.terms;
        auto most = terms.kind == GalleryKind::WatchList ? inside.watch_list(terms.cameras).review
                                                         : std::chrono::days(3650);
        if (next <= inside.today() || next > inside.today() + most) {
            return invalid_input(
                fmt::format("the next review lies after today, here within {} days", most.count())
            );
        }
    }
    changed.review = next;
    Json body = {
        {"by", by.text()}, {"gallery", id.text()}, {"key", key_id}, {"next", to_iso8601(next)}};
    PROVISO_TRY(inside.ledger.append({"person.reviewed", std::move(body), nullptr})
                    .while_doing("record the review"));
    PROVISO_TRY(inside.tables.update(id, changed));
    std::unique_lock lock(inside.memory);
    auto& in = inside.kept.at(id);
    auto& enrolled = in.people.at(person);
    enrolled.person.review = next;
    return inside.told(in, enrolled);
}

Result<> Recogniser::erase_person(const GalleryId& id, const PersonId& person, const UserId& by) {
    std::lock_guard one_at_a_time(inside_->changing);
    {
        std::shared_lock lock(inside_->memory);
        PROVISO_TRY(inside_->find(*PROVISO_TRY(inside_->find(id)), person));
    }
    return inside_->forget({{id, person}}, "erased", by);
}

}  // namespace proviso::recognise
