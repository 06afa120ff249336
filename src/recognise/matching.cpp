#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "inside.h"

namespace proviso::recognise {

namespace {

constexpr std::chrono::seconds kTrackGone{60};  // later, the same number is another track
constexpr std::size_t kMostSeen = 100'000;
constexpr std::string_view kTwoPeople = "two_person_confirm";

Error not_permitted(std::string_view why) {
    return {
        ErrorKind::Forbidden,
        fmt::format("the comparison is not permitted: {}", why),
        "ask the gate"};
}

}  // namespace

/// The permit must be for this gallery at a camera it may be used at, and still hold.
Result<> Recogniser::Inside::check(const law::Permit<law::Identify>& permit, const Kept& in) const {
    const auto& act = permit.act();
    const auto& terms = in.gallery.terms;
    if (!permit.valid(clock.monotonic())) return not_permitted("the permit ran out or was revoked");
    if (act.gallery_name != terms.id.text() || act.gallery != to_string(terms.kind)) {
        return not_permitted("the permit is for another gallery");
    }
    if (terms.kind == GalleryKind::WatchList && act.kind != "face_identification") {
        return not_permitted("a watch-list is searched, not verified");
    }
    if (std::find(terms.cameras.begin(), terms.cameras.end(), act.camera) == terms.cameras.end()) {
        return not_permitted("the gallery may not be used at this camera");
    }
    return {};
}

int Recogniser::Inside::confirmations_needed(const law::Permit<law::Identify>& permit) const {
    const auto& duties = permit.conditions().duties;
    if (std::find(duties.begin(), duties.end(), kTwoPeople) != duties.end()) return 2;
    auto snapshot = registers.snapshot();
    auto camera = snapshot->cameras.find(permit.act().camera);
    for (const auto& [name, record] : snapshot->records) {
        if (record.kind != kTwoPeople || record.withdrawn) continue;
        if (record.camera && *record.camera != permit.act().camera) continue;
        if (record.site && camera != snapshot->cameras.end() &&
            *record.site != camera->second.site) {
            continue;
        }
        if (record.valid_until && *record.valid_until < today()) continue;
        return 2;
    }
    return 1;
}

/// Counts a comparison, and remembers the track for a while.
bool Recogniser::Inside::note_look(const SeenKey& key, Timestamp at) {
    auto now = clock.monotonic();
    return traces.with([&](Traces& kept_traces) {
        if (now - kept_traces.pruned > kTrackGone || kept_traces.seen.size() > kMostSeen) {
            std::erase_if(kept_traces.seen, [&](const auto& each) {
                return now - each.second.last > kTrackGone;
            });
            kept_traces.pruned = now;
        }
        auto& looks = kept_traces.looks[{key.gallery, key.camera, day_of(at)}];
        if (looks.looks + looks.below == 0) looks.first = at;
        ++looks.looks;
        auto found = kept_traces.seen.find(key);
        bool fresh = found == kept_traces.seen.end() || now - found->second.last > kTrackGone;
        if (fresh) {
            kept_traces.seen[key] = Seen{now, {}};
            ++looks.faces;
        } else {
            found->second.last = now;
        }
        return fresh;
    });
}

Result<std::optional<MatchProposal>> Recogniser::Inside::match(
    const law::Permit<law::Identify>& permit,
    const behaviour::FaceView& face,
    const Sighting& sighting
) {
    auto gallery = GalleryId::parse(permit.act().gallery_name);
    if (!gallery) return not_permitted("it names no gallery");
    SeenKey key{*gallery, permit.act().camera, face.track};
    PersonId person;
    float score = 0;
    {
        std::shared_lock lock(memory);
        const auto* in = PROVISO_TRY(find(*gallery));
        PROVISO_TRY(check(permit, *in));
        auto state = state_of(in->gallery);
        bool reminds =
            state == GalleryState::ReviewDue && in->gallery.terms.kind != GalleryKind::WatchList;
        if (state != GalleryState::Live && !reminds) return std::optional<MatchProposal>();
        if (!below(in->gallery.terms.floor, face, sighting.picture_width).empty()) {
            traces.with([&](Traces& now) {
                auto& looks = now.looks[{key.gallery, key.camera, day_of(sighting.at)}];
                if (looks.looks + looks.below == 0) looks.first = sighting.at;
                ++looks.below;
            });
            return std::optional<MatchProposal>();
        }
        auto query = Query::from(face.embedding, options.dimensions);
        if (!query) return invalid_input("this is no template of the model in use");
        note_look(key, sighting.at);
        auto hit = in->index.best(
            *query,
            static_cast<float>(in->gallery.terms.threshold),
            [&](std::uint32_t owner) { return counts(*in, in->people.at(in->owners.at(owner))); }
        );
        if (!hit) return std::optional<MatchProposal>();
        person = in->owners.at(hit->owner);
        score = hit->score;
    }
    return propose(permit, key, person, score, sighting);
}

/// One proposal for a track and person; a better score later improves it.
Result<std::optional<MatchProposal>> Recogniser::Inside::propose(
    const law::Permit<law::Identify>& permit,
    const SeenKey& key,
    const PersonId& person,
    float score,
    const Sighting& sighting
) {
    std::lock_guard one_at_a_time(changing);
    StoredMatch stored;
    auto& made = stored.match;
    {
        // Whoever was forgotten since the comparison is not found any more.
        std::shared_lock lock(memory);
        const auto* in = PROVISO_TRY(find(key.gallery));
        auto enrolled = find(*in, person);
        if (!enrolled || !counts(*in, **enrolled)) return std::optional<MatchProposal>();
        made.threshold = in->gallery.terms.threshold;
    }
    auto known = traces.with([&](Traces& now) -> std::optional<Match> {
        auto& proposed = now.seen[key].proposed;
        auto found = proposed.find(person);
        if (found == proposed.end()) return {};
        return found->second;
    });
    if (known) {
        if (score <= known->score) return std::optional<MatchProposal>();
        known->score = score;
        known->last = sighting.at;
        PROVISO_TRY(tables.improve(*known));
        traces.with([&](Traces& now) { now.seen[key].proposed[person] = *known; });
        return std::optional<MatchProposal>();
    }
    made.id = Uuid::random().text();
    made.gallery = key.gallery;
    made.person = person;
    made.camera = key.camera;
    made.track = key.track;
    made.at = sighting.at;
    made.last = sighting.at;
    made.score = score;
    made.decision = permit.decision().ledger_index;
    made.needed = confirmations_needed(permit);
    auto receipt =
        PROVISO_TRY(ledger
                        .append(
                            {"match.proposed",
                             {{"camera", made.camera.text()},
                              {"decision", made.decision},
                              {"gallery", made.gallery.text()},
                              {"match", made.id},
                              {"needs", made.needed},
                              {"score_thousandths", std::llround(made.score * 1000)},
                              {"threshold_thousandths", std::llround(made.threshold * 1000)}},
                             {{"person", person.text()}}}
                        )
                        .while_doing("record a proposed match"));
    stored.leaf = receipt.index;
    PROVISO_TRY(tables.put(stored).while_doing("store a proposed match"));
    traces.with([&](Traces& now) {
        now.seen[key].proposed[person] = made;
        ++now.looks[{key.gallery, key.camera, day_of(sighting.at)}].proposed;
    });
    return std::optional(made);
}

Result<std::optional<MatchProposal>> Recogniser::match(
    const law::Permit<law::Identify>& permit, behaviour::FaceView& face, const Sighting& sighting
) {
    auto proposal = inside_->match(permit, face, sighting);
    wipe(face);
    if (proposal && *proposal) {
        for (const auto& listener : inside_->listeners.copy()) listener(**proposal);
    }
    return proposal;
}

Result<Verification> Recogniser::verify(
    const law::Permit<law::Identify>& permit,
    const PersonId& person,
    behaviour::FaceView& face,
    const Sighting& sighting
) {
    auto compared = [&]() -> Result<Verification> {
        auto& inside = *inside_;
        auto gallery = GalleryId::parse(permit.act().gallery_name);
        if (!gallery) return not_permitted("it names no gallery");
        std::shared_lock lock(inside.memory);
        const auto* in = PROVISO_TRY(inside.find(*gallery));
        PROVISO_TRY(inside.check(permit, *in));
        const auto& terms = in->gallery.terms;
        auto state = inside.state_of(in->gallery);
        if (state != GalleryState::Live && state != GalleryState::ReviewDue) {
            return not_permitted("the gallery is not in force");
        }
        auto problem = below(terms.floor, face, sighting.picture_width);
        if (!problem.empty()) return invalid_input(problem, "look into the camera");
        const auto* enrolled = PROVISO_TRY(inside.find(*in, person));
        if (!inside.counts(*in, *enrolled)) return not_found("person in force");
        auto query = Query::from(face.embedding, inside.options.dimensions);
        if (!query) return invalid_input("this is no template of the model in use");
        inside.note_look({*gallery, permit.act().camera, face.track}, sighting.at);
        auto score = in->index.best_of(*query, enrolled->owner).value_or(-1);
        return Verification{score >= terms.threshold, score, terms.threshold};
    }();
    wipe(face);
    return compared;
}

void Recogniser::on_proposal(std::function<void(const MatchProposal&)> listener) {
    inside_->listeners.with([&](auto& all) { all.push_back(std::move(listener)); });
}

}  // namespace proviso::recognise
