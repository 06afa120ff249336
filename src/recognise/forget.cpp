#include <proviso/base/log.h>

#include "inside.h"

namespace proviso::recognise {

UserId the_machine() { return UserId::literal("u-proviso"); }

/// Best effort: the payload of an entry is encrypted under the ledger's key, and says which
/// pseudonym was meant; it is no template.
void Recogniser::Inside::erase_leaves(const std::vector<std::uint64_t>& leaves) {
    for (auto leaf : leaves) {
        auto erased = ledger.erase_personal(leaf);
        if (erased || erased.error().kind() == ErrorKind::NotFound) continue;
        log_error("the personal part of a ledger entry is not erased yet");
    }
}

Result<> Recogniser::Inside::forget(
    const std::vector<Leaving>& leaving, std::string_view cause, const UserId& by
) {
    std::vector<std::string> key_ids;
    std::vector<ledger::Draft> drafts;
    std::vector<std::uint64_t> leaves;
    {
        std::unique_lock lock(memory);
        for (const auto& each : leaving) {
            auto in = kept.find(each.gallery);
            if (in == kept.end()) continue;
            auto found = in->second.people.find(each.person);
            if (found == in->second.people.end()) continue;
            auto& enrolled = found->second;
            enrolled.going = true;
            in->second.index.remove(enrolled.owner);
            in->second.owners.erase(enrolled.owner);
            key_ids.push_back(enrolled.key_id);
            leaves.push_back(enrolled.leaf);
            drafts.push_back(
                {"person.removed",
                 {{"by", by.text()},
                  {"cause", cause},
                  {"gallery", each.gallery.text()},
                  {"key", enrolled.key_id}},
                 nullptr}
            );
        }
    }
    if (key_ids.empty()) return {};
    auto shredded = keys.shred(key_ids, cause);
    for (const auto& id : key_ids) {
        // An error may only mean that the ledger is told later; a key that is there is another.
        if (keys.find_named(id)) return std::move(shredded).while_doing("destroy templates");
    }
    for (const auto& each : leaving) {
        auto more = PROVISO_TRY(tables.remove_person(each.gallery, each.person));
        leaves.insert(leaves.end(), more.begin(), more.end());
    }
    {
        std::unique_lock lock(memory);
        for (const auto& each : leaving) {
            auto in = kept.find(each.gallery);
            if (in != kept.end()) in->second.people.erase(each.person);
        }
    }
    traces.with([&](Traces& now) {
        for (auto& [key, seen] : now.seen) {
            for (const auto& each : leaving) {
                if (each.gallery == key.gallery) seen.proposed.erase(each.person);
            }
        }
    });
    erase_leaves(leaves);
    PROVISO_TRY(std::move(shredded).while_doing("record the destroyed templates"));
    PROVISO_TRY(ledger.append_all(std::move(drafts)).while_doing("record who was forgotten"));
    return {};
}

Result<> Recogniser::Inside::forget_gallery(
    const GalleryId& id, std::string_view cause, const UserId& by
) {
    std::vector<Leaving> leaving;
    std::string key_id;
    {
        std::shared_lock lock(memory);
        const auto* in = PROVISO_TRY(find(id));
        key_id = in->key_id;
        for (const auto& [person, enrolled] : in->people) leaving.push_back({id, person});
    }
    // The gallery's key first: with it every template in the gallery is gone at once.
    auto shredded = keys.shred(std::span(&key_id, 1), cause);
    if (keys.find_named(key_id)) return std::move(shredded).while_doing("destroy the gallery");
    PROVISO_TRY(forget(leaving, cause, by));
    PROVISO_TRY(tables.remove_gallery(id));
    {
        std::unique_lock lock(memory);
        kept.erase(id);
    }
    traces.with([&](Traces& now) {
        std::erase_if(now.seen, [&](auto& each) { return each.first.gallery == id; });
        std::erase_if(now.looks, [&](auto& each) { return each.first.gallery == id; });
    });
    PROVISO_TRY(std::move(shredded).while_doing("record the destroyed gallery"));
    Json body = {{"by", by.text()}, {"cause", cause}, {"gallery", id.text()}, {"key", key_id}};
    PROVISO_TRY(ledger.append({"gallery.removed", std::move(body), nullptr})
                    .while_doing("record the destroyed gallery"));
    return {};
}

bool consent_holds(
    const registers::Snapshot& snapshot, const std::string& record, const PersonId& person, Day day
) {
    auto found = snapshot.records.find(record);
    if (found == snapshot.records.end()) return false;
    const auto& given = found->second;
    return !given.withdrawn && given.subject == person.text() &&
           (!given.valid_from || *given.valid_from <= day) &&
           (!given.valid_until || *given.valid_until >= day);
}

Result<> Recogniser::Inside::forget_without_consent(const registers::SnapshotPtr& snapshot) {
    std::vector<Leaving> leaving;
    {
        std::shared_lock lock(memory);
        for (const auto& [id, in] : kept) {
            for (const auto& [person, enrolled] : in.people) {
                const auto& record = enrolled.person.consent_record;
                if (record.empty() || consent_holds(*snapshot, record, person, today())) continue;
                leaving.push_back({id, person});
            }
        }
    }
    return forget(leaving, "consent_ended", the_machine());
}

}  // namespace proviso::recognise
