#include <algorithm>

#include <fmt/format.h>

#include "inside.h"

namespace proviso::recognise {

namespace {

constexpr std::size_t kMostPictures = 8;
constexpr std::size_t kMostPeople = 100'000;
constexpr std::size_t kMostLabel = 200;
constexpr std::size_t kMostReason = 500;

constexpr auto kConsents = std::to_array<std::string_view>(
    {"consent",
     "eu_explicit_consent",
     "il_written_release",
     "tx_cubi_consent",
     "co_biometric_consent",
     "qc_express_consent",
     "cn_separate_consent"}
);

/// Everything that can be said without looking at a face.
Result<> check_words(const Gallery& gallery, const Enrolment& enrolment) {
    PROVISO_TRY(check_text("the label", enrolment.label, kMostLabel));
    bool watch_list = gallery.terms.kind == GalleryKind::WatchList;
    if (watch_list || !enrolment.reason.empty()) {
        PROVISO_TRY(check_text("the reason", enrolment.reason, kMostReason));
    }
    if (gallery.terms.kind == GalleryKind::Consenting && enrolment.consent_record.empty()) {
        return invalid_input(
            "nobody enters a consenting gallery without a consent of their own",
            "put a record with 'subject' on record and name it"
        );
    }
    if (enrolment.samples.empty() || enrolment.samples.size() > kMostPictures) {
        return invalid_input(fmt::format("an enrolment has 1 to {} pictures", kMostPictures));
    }
    return {};
}

/// All templates, each good enough, all of one person.
Result<std::vector<Query>> templates_of(
    const Gallery& gallery, const Enrolment& enrolment, std::size_t dimensions
) {
    std::vector<Query> templates;
    for (std::size_t i = 0; i < enrolment.samples.size(); ++i) {
        const auto& sample = enrolment.samples[i];
        auto problem = below(gallery.terms.floor, sample.face, sample.picture_width);
        if (!problem.empty()) {
            return invalid_input(
                fmt::format("picture {} will not do: {}", i + 1, problem),
                "take another one: facing the camera, sharp, in even light"
            );
        }
        auto unit = Query::from(sample.face.embedding, dimensions);
        if (!unit) {
            return invalid_input(
                fmt::format("picture {} gave no template of the model in use", i + 1)
            );
        }
        for (std::size_t other = 0; other < templates.size(); ++other) {
            float score = 0;
            for (std::size_t at = 0; at < dimensions; ++at) {
                score += unit->unit()[at] * templates[other].unit()[at];
            }
            if (score < gallery.terms.threshold) {
                return invalid_input(
                    fmt::format("pictures {} and {} do not look like one person", other + 1, i + 1),
                    "leave one of them out"
                );
            }
        }
        templates.push_back(*std::move(unit));
    }
    return templates;
}

/// The last day of an entry, by wish, kind of gallery and what the permits allow.
Result<std::optional<Day>> last_day(
    const Gallery& gallery,
    const Enrolment& enrolment,
    std::span<const law::Permit<law::Enrol>> permits,
    const WatchListTerms& terms,
    Day today
) {
    bool watch_list = gallery.terms.kind == GalleryKind::WatchList;
    auto wanted = enrolment.expires;
    if (watch_list && !wanted) wanted = today + terms.entry;
    if (wanted && *wanted < today) {
        return invalid_input("the enrolment would have ended already");
    }
    if (watch_list && wanted && *wanted > today + terms.most) {
        return invalid_input(
            fmt::format("an entry of a watch-list lasts at most {} days", terms.most.count())
        );
    }
    auto cap = [&](const std::optional<std::int64_t>& days) {
        if (!days || *days > 100'000) return;
        auto end = today + std::chrono::days(*days);
        if (!wanted || *wanted > end) wanted = end;
    };
    for (const auto& permit : permits) {
        cap(permit.conditions().template_days_cap);
        if (watch_list) cap(permit.conditions().watch_list_days_cap);
    }
    return wanted;
}

std::optional<Day> review_day(
    const Gallery& gallery, const Enrolment& enrolment, const WatchListTerms& terms, Day today
) {
    if (gallery.terms.kind != GalleryKind::WatchList) return enrolment.review;
    return std::min(enrolment.review.value_or(today + terms.review), today + terms.review);
}

/// One permit for every camera that the gallery serves, all for this gallery and person.
Result<> check_permits(
    std::span<const law::Permit<law::Enrol>> permits,
    const Gallery& gallery,
    const PersonId& subject,
    MonoTime now
) {
    for (const auto& camera : gallery.terms.cameras) {
        bool permitted = std::any_of(permits.begin(), permits.end(), [&](const auto& permit) {
            const auto& act = permit.act();
            return act.camera == camera && act.gallery == to_string(gallery.terms.kind) &&
                   act.gallery_name == gallery.terms.id.text() && act.subject == subject.text() &&
                   permit.valid(now);
        });
        if (!permitted) {
            return Error(
                ErrorKind::Forbidden,
                fmt::format("the enrolment is not permitted at camera '{}'", camera.text()),
                "ask the gate for every camera of the gallery"
            );
        }
    }
    return {};
}

}  // namespace

Result<> check_text(std::string_view what, std::string_view text, std::size_t most) {
    bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) {
        return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    });
    if (text.empty() || text.size() > most || control) {
        return invalid_input(fmt::format("{} needs 1 to {} bytes of plain text", what, most));
    }
    return {};
}

Result<PersonId> subject_of(const registers::Snapshot& snapshot, const Enrolment& enrolment) {
    if (enrolment.consent_record.empty()) {
        return PersonId::parse("p-" + Uuid::random().text().substr(0, 16));
    }
    auto found = snapshot.records.find(enrolment.consent_record);
    if (found == snapshot.records.end() || found->second.withdrawn) {
        return invalid_input(
            "the consent is not on record, or it is withdrawn", "put it on record first"
        );
    }
    const auto& record = found->second;
    if (std::find(kConsents.begin(), kConsents.end(), record.kind) == kConsents.end()) {
        return invalid_input("the record is no consent", "name a consent or a written release");
    }
    if (record.subject.empty()) {
        return invalid_input(
            "the consent names nobody", "write 'subject: p-...' into the record: a pseudonymous id"
        );
    }
    return PersonId::parse(record.subject);
}

Result<EnrolAnswer> ask_to_enrol(law::Gate& gate, const Gallery& gallery, const PersonId& subject) {
    std::vector<law::Permit<law::Enrol>> permits;
    for (const auto& camera : gallery.terms.cameras) {
        law::Enrol act;
        act.camera = camera;
        act.kind = gallery.terms.kind == GalleryKind::WatchList ? "face_identification"
                                                                : "face_verification";
        act.gallery = to_string(gallery.terms.kind);
        act.gallery_name = gallery.terms.id.text();
        act.subject = subject.text();
        auto answer = PROVISO_TRY(gate.ask(std::move(act)));
        if (auto* refusal = std::get_if<law::Refusal>(&answer))
            return EnrolAnswer(std::move(*refusal));
        permits.push_back(std::get<law::Permit<law::Enrol>>(std::move(answer)));
    }
    return EnrolAnswer(std::move(permits));
}

Result<Person> Recogniser::Inside::enrol(
    std::span<const law::Permit<law::Enrol>> permits,
    const Enrolment& enrolment,
    const UserId& author
) {
    std::lock_guard one_at_a_time(changing);
    Gallery gallery;
    std::string gallery_key_id;
    {
        std::shared_lock lock(memory);
        const auto* in = PROVISO_TRY(find(enrolment.gallery));
        if (in->people.size() >= kMostPeople) {
            return Error(ErrorKind::TooLarge, "the gallery is full", "make another gallery");
        }
        gallery = told(*in);
        gallery_key_id = in->key_id;
    }
    if (gallery.state == GalleryState::Expired || gallery.state == GalleryState::OtherModel) {
        return Error(
            ErrorKind::Conflict,
            "nobody can be enrolled: the gallery is expired, or was made with another model",
            "prolong it, or make a new gallery"
        );
    }
    PROVISO_TRY(check_words(gallery, enrolment));
    auto snapshot = registers.snapshot();
    StoredPerson stored;
    stored.gallery = enrolment.gallery;
    auto& person = stored.person;
    if (enrolment.consent_record.empty()) {
        if (permits.empty()) return Error(ErrorKind::Forbidden, "the enrolment is not permitted");
        person.id = PROVISO_TRY(PersonId::parse(permits.front().act().subject));
    } else {
        person.id = PROVISO_TRY(subject_of(*snapshot, enrolment));
        if (!consent_holds(*snapshot, enrolment.consent_record, person.id, today())) {
            return invalid_input("the consent does not hold today", "look at its dates");
        }
    }
    PROVISO_TRY(check_permits(permits, gallery, person.id, clock.monotonic()));
    PersonSecret secret;
    secret.dimensions = options.dimensions;
    secret.label = enrolment.label;
    secret.reason = enrolment.reason;
    secret.templates = PROVISO_TRY(templates_of(gallery, enrolment, options.dimensions));
    {
        std::shared_lock lock(memory);
        const auto* in = PROVISO_TRY(find(enrolment.gallery));
        if (in->people.contains(person.id)) {
            return Error(
                ErrorKind::Conflict,
                "this person is in the gallery already",
                "erase the old entry first"
            );
        }
        for (const auto& each : secret.templates) {
            auto anybody = [](std::uint32_t) { return true; };
            auto threshold = static_cast<float>(gallery.terms.threshold);
            if (!enrolment.despite_likeness && in->index.best(each, threshold, anybody)) {
                return Error(
                    ErrorKind::Conflict,
                    "somebody in the gallery looks like this person",
                    "if they are two people, say so; they may be taken for each other"
                );
            }
        }
    }
    person.consent_record = enrolment.consent_record;
    person.author = author;
    person.enrolled = clock.now();
    const auto terms = watch_list(gallery.terms.cameras);
    person.expires = PROVISO_TRY(last_day(gallery, enrolment, permits, terms, today()));
    person.review = review_day(gallery, enrolment, terms, today());
    person.pictures = secret.templates.size();

    auto gallery_key = PROVISO_TRY(keys.find_named(gallery_key_id));
    auto key = PROVISO_TRY(keys.make_named(kKeyUse, 1)).front();
    stored.key_id = key.id;
    stored.sealed =
        seal_person(key_of(gallery_key, key).view(), stored.gallery, person.id, key.id, secret);
    Json decisions = Json::array();
    for (const auto& permit : permits) {
        if (decisions.size() < 40) decisions.push_back(permit.decision().ledger_index);
    }
    auto kept_by_law = [&]() -> Result<> {
        auto receipt = PROVISO_TRY(ledger.append(
            {"person.enrolled",
             {{"by", author.text()},
              {"decisions", std::move(decisions)},
              {"gallery", stored.gallery.text()},
              {"key", key.id},
              {"pictures", person.pictures}},
             {{"person", person.id.text()}, {"consent_record", person.consent_record}}}
        ));
        stored.leaf = receipt.index;
        return tables.put(stored);
    }();
    if (!kept_by_law) {
        static_cast<void>(keys.shred(std::span(&key.id, 1), "enrolment_failed").has_value());
        return std::move(kept_by_law).error().while_doing("enrol a person");
    }
    std::unique_lock lock(memory);
    auto& in = kept.at(stored.gallery);
    Enrolled enrolled;
    enrolled.person = person;
    enrolled.key_id = key.id;
    enrolled.leaf = stored.leaf;
    enrolled.owner = in.next_owner++;
    for (const auto& each : secret.templates) in.index.add(enrolled.owner, each);
    in.owners.emplace(enrolled.owner, person.id);
    auto told_person = told(in, enrolled);
    in.people.emplace(person.id, std::move(enrolled));
    told_person.label = enrolment.label;
    told_person.reason = enrolment.reason;
    return told_person;
}

}  // namespace proviso::recognise
